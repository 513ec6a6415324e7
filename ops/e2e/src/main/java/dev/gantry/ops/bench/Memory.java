package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Proportional set sizes (proc(5), smaps_rollup). */
final class Memory {
  private Memory() {}

  /** The sum over the processes whose command line is chosen, in KiB. */
  static double pssKib(Predicate<String> chosen) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .filter(path -> chosen.test(read(path.resolve("cmdline")).replace('\0', ' ')))
          .mapToDouble(path -> pss(read(path.resolve("smaps_rollup"))))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double pss(String rollup) {
    return rollup
        .lines()
        .filter(line -> line.startsWith("Pss:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .sum();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException _) {
      return "";
    } catch (IOException _) {
      // The process ended while it was read, or it is a kernel thread.
      return "";
    }
  }
}
