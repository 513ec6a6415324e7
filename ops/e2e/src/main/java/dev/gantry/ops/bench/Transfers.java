package dev.gantry.ops.bench;

import dev.gantry.ops.bench.Samples.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What moving images costs, with Debian's {@code docker-registry} on the other side of pulls and
 * pushes. What was written before is on the disk when a figure begins, so that nobody pays for it.
 *
 * <p>A load is measured to its end. A pull is not: an engine that unpacks meanwhile would be
 * compared to one that has only stored. So it is one with a create, after which, everywhere, the
 * image is unpacked where its container will run and a start has nothing of it to wait for.
 */
final class Transfers {
  private static final int IMAGES = 10;
  private static final String NAME = "gantry-bench:transfer";

  private final Samples samples;

  private Transfers(Samples samples) {
    this.samples = samples;
  }

  static List<Measurement> all(int runs, Samples samples) {
    Transfers transfers = new Transfers(samples);
    List<Measurement> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      String what = ", 500 MB of " + (kind == Kind.SMALL_FILES ? "small" : "big");
      int few = Math.max(1, runs / 5);
      all.add(Measurement.millis("load" + what, 0.5, few, engine -> transfers.load(engine, kind)));
      all.add(
          Measurement.millis(
              "pull+create" + what, 0.5, few, engine -> transfers.pull(engine, kind)));
      all.add(
          Measurement.millis("push" + what, 1 / 3.0, few, engine -> transfers.push(engine, kind)));
    }
    all.add(
        Measurement.once("disk, ten images", 1.0, "MB", engine -> transfers.disk(engine, false)));
    all.add(
        Measurement.once(
            "disk, ten images in use", 1.0, "MB", engine -> transfers.disk(engine, true)));
    return all;
  }

  private interface Step {
    double take(Path folder) throws IOException;
  }

  /** With a folder for the time of it, and without the image and containers of it afterwards. */
  private double alone(Engine engine, Step step) {
    try {
      Path folder = samples.fresh();
      try {
        return step.take(folder);
      } finally {
        Samples.remove(folder);
        engine.clean();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double load(Engine engine, Kind kind) {
    return alone(
        engine,
        folder -> {
          Path archive = archive(folder, kind, false);
          settle();
          long took = engine.time("load", "-i", archive.toString());
          engine.docker("rmi", NAME);
          return took / 1e6;
        });
  }

  private Path archive(Path folder, Kind kind, boolean compressed) throws IOException {
    Path archive = folder.resolve("image.tar");
    try (SampleImage image = samples.image(kind, compressed)) {
      image.archive(archive, NAME);
    }
    return archive;
  }

  private double pull(Engine engine, Kind kind) {
    return alone(
        engine,
        folder -> {
          try (SampleImage image = samples.image(kind, true)) {
            image.store(folder);
          }
          try (DebianRegistry registry = DebianRegistry.start(engine, folder)) {
            String name = registry.name("sample");
            settle();
            long took =
                engine.time("pull", name)
                    + engine.time("create", "--label", Engine.LABEL, name, "true");
            engine.clean();
            engine.docker("rmi", name);
            return took / 1e6;
          }
        });
  }

  /** Of an image whose layers came compressed, as those of a registry do. */
  private double push(Engine engine, Kind kind) {
    return alone(
        engine,
        folder -> {
          engine.docker("load", "-i", archive(folder, kind, true).toString());
          try (DebianRegistry registry = DebianRegistry.start(engine, folder)) {
            String name = registry.name("sample");
            engine.docker("tag", NAME, name);
            settle();
            long took = engine.time("push", name);
            engine.docker("rmi", NAME, name);
            return took / 1e6;
          }
        });
  }

  /** Of ten images on two layers of 100 MB, each with one of 5 MB. */
  private double disk(Engine engine, boolean used) {
    return alone(
        engine,
        folder -> {
          List<SampleLayer.Copy> shared = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            SampleLayer layer = samples.layer("shared" + i, 2000, 100_000_000);
            shared.add(layer.copy(folder, samples.mark(), true));
          }
          SampleLayer own = samples.layer("own", 200, 5_000_000);
          long before = Measurements.usedKib(engine);
          List<String> names = new ArrayList<>();
          for (int i = 0; i < IMAGES; i++) {
            List<SampleLayer.Copy> layers = new ArrayList<>(shared);
            layers.add(own.copy(folder, samples.mark(), true));
            names.add("gantry-bench:disk-" + i);
            Path archive = folder.resolve("image.tar");
            new SampleImage(layers).archive(archive, names.getLast());
            engine.docker("load", "-i", archive.toString());
            if (used) {
              engine.docker("create", "--label", Engine.LABEL, names.getLast(), "true");
            }
          }
          double took = (Measurements.usedKib(engine) - before) * 1024 / 1e6;
          engine.clean();
          names.addFirst("rmi");
          engine.docker(names.toArray(String[]::new));
          return took;
        });
  }

  /** Waits until the disk has what was written. */
  private static void settle() throws IOException {
    new ProcessBuilder("sync").start().onExit().join();
  }
}
