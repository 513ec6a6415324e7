package dev.gantry.node.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reading and writing the files of one group; a group that is gone reads as zeros. */
final class CgroupFiles {
  private CgroupFiles() {}

  static String text(Path file) throws IOException {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException _) {
      return "";
    } catch (FileSystemException e) {
      // ENODEV: the group was removed between opening and reading.
      if (String.valueOf(e.getReason()).contains("No such device")) {
        return "";
      }
      throw e;
    }
  }

  /** A number; {@code max} and absent are the given one. */
  static long number(Path file, long otherwise) throws IOException {
    String text = text(file);
    return text.isEmpty() || text.equals("max") ? otherwise : Long.parseLong(text);
  }

  /** Lines of a key and a number. */
  static Map<String, Long> table(Path file) throws IOException {
    Map<String, Long> table = new HashMap<>();
    for (String line : text(file).split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        table.put(line.substring(0, space), Long.parseLong(line.substring(space + 1).strip()));
      }
    }
    return table;
  }

  /** Writes a value unless it is there already; a file that the kernel does not have is well. */
  static void set(Path file, String value) throws IOException {
    if (!Files.exists(file) || text(file).equals(value)) {
      return;
    }
    try {
      Files.writeString(
          file, value, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (NoSuchFileException _) {
      // The group was removed meanwhile.
    } catch (IOException e) {
      throw new IOException(
          "failed to write \"%s\": write %s: %s".formatted(value, file, reason(e)), e);
    }
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return String.valueOf(reason).toLowerCase(Locale.ROOT);
  }

  static Set<Integer> pids(Path group) throws IOException {
    Set<Integer> pids = new TreeSet<>();
    for (Path folder : folders(group)) {
      text(folder.resolve("cgroup.procs"))
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> pids.add(Integer.valueOf(line.strip())));
    }
    return pids;
  }

  /** The group and everything below, deepest first. */
  static List<Path> folders(Path group) throws IOException {
    if (!Files.isDirectory(group)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(group)) {
      List<Path> folders = new ArrayList<>(all.filter(Files::isDirectory).toList());
      folders.sort(Comparator.comparingInt(Path::getNameCount).reversed());
      return folders;
    }
  }

  static void removeTree(Path group) throws IOException {
    for (Path folder : folders(group)) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException _) {
        // Where a hierarchy is hidden, the runtime wrote plain files in its place.
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.toList()) {
            Files.deleteIfExists(file);
          }
        }
        Files.deleteIfExists(folder);
      }
    }
  }

  /** Names of the groups directly below. */
  static Set<String> children(Path group) throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(group)) {
      try (Stream<Path> all = Files.list(group)) {
        all.filter(Files::isDirectory).forEach(path -> names.add(path.getFileName().toString()));
      }
    }
    return names;
  }
}
