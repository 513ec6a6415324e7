package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What moves files in and out: {@code cp}, {@code export}, {@code diff}. */
final class FileCopies {
  private static final int FILES = 5000;
  private static final int LARGE_BYTES = 200 << 20;
  private static final String MANY =
      "mkdir /many; cd /many; i=0; while [ $i -lt %d ]; do echo $i >$i; i=$((i+1)); done"
          .formatted(FILES);
  private static final String LARGE = "dd if=/dev/urandom of=/large bs=1M count=200 2>/dev/null";

  private FileCopies() {}

  static List<Measurement> all(int runs) {
    int few = Math.max(1, runs / 3);
    return List.of(
        Measurement.millis("cp in, 200 MB", 1.0, few, engine -> in(engine, FileCopies::large)),
        Measurement.millis("cp out, 200 MB", 1.0, few, engine -> out(engine, LARGE, "/large")),
        Measurement.millis("cp in, 5,000 files", 1.0, few, engine -> in(engine, FileCopies::many)),
        Measurement.millis("cp out, 5,000 files", 1.0, few, engine -> out(engine, MANY, "/many")),
        Measurement.millis(
            "export, 5,000 files",
            1.0,
            few,
            engine ->
                filled(
                    engine,
                    MANY,
                    (id, folder) -> engine.time("export", "-o", folder + "/export", id))),
        Measurement.millis(
            "diff, 5,000 changes",
            1.0,
            few,
            engine -> filled(engine, MANY, (id, _) -> engine.time("diff", id))));
  }

  private interface Action {
    long nanos(String id, Path folder) throws IOException;
  }

  /** With a container in which a script ran, and a folder beside it; both are gone afterwards. */
  private static double filled(Engine engine, String script, Action action) {
    try {
      Path folder = Files.createTempDirectory("gantry-bench");
      try {
        String id = engine.sleeper();
        engine.docker("exec", id, "sh", "-c", script);
        return action.nanos(id, folder) / 1e6;
      } finally {
        engine.clean();
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Filling {
    void fill(Path folder) throws IOException;
  }

  private static double in(Engine engine, Filling filling) {
    return filled(
        engine,
        "true",
        (id, folder) -> {
          filling.fill(folder);
          return engine.time("cp", folder.toString(), id + ":/in");
        });
  }

  private static double out(Engine engine, String script, String path) {
    return filled(engine, script, (id, _) -> engine.time("cp", id + ":" + path, "-"));
  }

  private static void large(Path folder) throws IOException {
    byte[] bytes = new byte[LARGE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(folder.resolve("large"), bytes);
  }

  private static void many(Path folder) throws IOException {
    for (int i = 0; i < FILES; i++) {
      Files.writeString(folder.resolve(String.valueOf(i)), String.valueOf(i));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
