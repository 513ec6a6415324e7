package dev.gantry.node.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.node.archive.TreeArchive;
import dev.gantry.node.kernel.Holes;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.snapshot.LayerLimits;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.services.ResolvedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A random tree becomes a layer and is unpacked; it is mounted, changed at random, and what was
 * changed becomes a layer; that is unpacked, mounted, and told as a layer once more. Trees are the
 * same each time, and the two layers are the same bytes. {@code -Dgantry.layer.seed} runs one seed
 * again.
 */
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
class LayerRoundTripTest {
  private static final int STEPS = 120;

  private Path root;
  private Layers layers;

  static LongStream seeds() {
    Long asked = Long.getLong("gantry.layer.seed");
    return asked != null
        ? LongStream.of(asked)
        : LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.of(System.nanoTime()));
  }

  @BeforeEach
  void folders() throws IOException {
    root = Files.createTempDirectory("gantry-round-trip");
    layers = new Layers(root.resolve("layers"), new LayerLimits(1L << 34, 100_000), "boot");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    for (Path mounted : Mounts.below(root).reversed()) {
      Mounts.unmount(mounted);
    }
    Trees.delete(root);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsTheSameTreeIsTheSameLayer(long seed) throws Exception {
    var random = new Random(seed);
    Path tree = Files.createDirectory(root.resolve("tree"));
    RandomTree.change(tree, random, STEPS);
    List<String> first = RandomTree.seen(tree);

    Path image = unpacked(whole(tree));
    assertSame(first, RandomTree.seen(image), "unpacked, seed " + seed);

    Path upper = Files.createDirectory(root.resolve("upper"));
    Path merged = Files.createDirectory(root.resolve("merged"));
    Mounts.overlay(List.of(image), upper, Files.createDirectory(root.resolve("work")), merged);
    RandomTree.change(merged, random, STEPS);
    byte[] changes = changes(upper, image);
    Path above = unpacked(changes);
    Path again = Files.createDirectory(root.resolve("again"));
    Mounts.overlay(List.of(above, image), again);
    assertSame(
        RandomTree.seen(merged), RandomTree.seen(again), "changed and unpacked, seed " + seed);

    assertThat(Arrays.mismatch(changes(above, image), changes))
        .as("where it is another layer when told again, seed %d", seed)
        .isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatHasHolesHasThemAgain(long seed) throws Exception {
    var random = new Random(seed);
    Path tree = Files.createDirectory(root.resolve("tree"));
    long hole = (1 + random.nextInt(20)) << 20;
    Path file = tree.resolve("sparse");
    try (var content = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      content.seek(hole);
      content.write(1);
      content.setLength(2 * hole);
    }
    Path image = unpacked(whole(tree));
    assertThat(RandomTree.seen(image)).isEqualTo(RandomTree.seen(tree));
    assertThat(Holes.end(image.resolve("sparse"))).isEqualTo(Holes.end(file)).isPositive();
  }

  private static void assertSame(List<String> expected, List<String> found, String what) {
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(found);
    List<String> added = new ArrayList<>(found);
    added.removeAll(expected);
    assertThat(added.stream().limit(3).toList())
        .as(what)
        .isEqualTo(missing.stream().limit(3).toList());
    assertThat(found).hasSameSizeAs(expected);
  }

  private static byte[] whole(Path tree) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (TreeArchive archive = TreeArchive.exact(bytes, () -> true);
        OpenFolder folder = OpenFolder.at(tree)) {
      archive.folder(folder, "./");
    }
    return bytes.toByteArray();
  }

  private static byte[] changes(Path upper, Path image) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (TreeArchive archive = TreeArchive.exact(bytes, () -> true);
        OpenFolder changed = OpenFolder.at(upper);
        OpenFolder below = OpenFolder.at(image)) {
      Changes.tell(changed, below, new LayerOut(archive));
    }
    return bytes.toByteArray();
  }

  private Path unpacked(byte[] tar) throws IOException {
    Digest digest = Digest.ofBytes(tar);
    layers.ensure(
        List.of(
            new ResolvedImage.Layer(
                digest, digest, "application/vnd.oci.image.layer.v1.tar", tar.length)),
        _ -> new ByteArrayInputStream(tar));
    return layers.folder(digest);
  }
}
