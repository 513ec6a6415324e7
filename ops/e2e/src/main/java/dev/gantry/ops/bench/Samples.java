package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A folder for what images are made of; it goes with the measurements. */
final class Samples implements AutoCloseable {
  /** 500 MB in five layers. */
  enum Kind {
    SMALL_FILES(5000),
    BIG_FILES(2);

    private static final int LAYERS = 5;
    private static final long LAYER_BYTES = 100_000_000;

    private final int files;

    Kind(int files) {
      this.files = files;
    }
  }

  private final Path folder;
  private final Map<String, SampleLayer> layers = new HashMap<>();
  private int marks;

  private Samples(Path folder) {
    this.folder = folder;
  }

  static Samples open() {
    try {
      return new Samples(Files.createTempDirectory("gantry-samples"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** An image that no engine has seen. */
  SampleImage image(Kind kind, boolean compressed) throws IOException {
    List<SampleLayer.Copy> copies = new ArrayList<>();
    for (SampleLayer layer : all(kind)) {
      copies.add(layer.copy(folder, mark(), compressed));
    }
    return new SampleImage(copies);
  }

  private List<SampleLayer> all(Kind kind) {
    return IntStream.range(0, Kind.LAYERS)
        .parallel()
        .mapToObj(
            i ->
                layer(
                    kind.name().toLowerCase(java.util.Locale.ROOT) + i,
                    kind.files,
                    Kind.LAYER_BYTES))
        .toList();
  }

  /** A layer, which is made where it is not yet there. */
  SampleLayer layer(String name, int files, long bytes) {
    synchronized (layers) {
      SampleLayer known = layers.get(name);
      if (known != null) {
        return known;
      }
    }
    try {
      SampleLayer made = SampleLayer.make(folder, name, files, bytes);
      synchronized (layers) {
        layers.put(name, made);
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that was never used, by this or an earlier measurement. */
  String mark() {
    return System.nanoTime() + "-" + marks++;
  }

  /** A folder of its own in this one, for one figure. */
  Path fresh() throws IOException {
    return Files.createTempDirectory(folder, "of-a-figure");
  }

  static void remove(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    remove(folder);
  }
}
