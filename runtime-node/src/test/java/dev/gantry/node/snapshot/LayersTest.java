package dev.gantry.node.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.gantry.engine.Digest;
import dev.gantry.node.attack.HostileArchive;
import dev.gantry.services.ResolvedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
  @TempDir Path root;
  private Layers layers;
  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  private final AtomicInteger opened = new AtomicInteger();

  @BeforeEach
  void open() throws IOException {
    layers = new Layers(root, LayerLimits.DEFAULT, "boot");
  }

  private interface Packing {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] tar(String content) {
    return new HostileArchive().file("f", content).bytes();
  }

  private ResolvedImage.Layer layer(byte[] tar, Packing packing) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out = packing.over(packed)) {
      out.write(tar);
    }
    return layer(Digest.ofBytes(tar), packed.toByteArray());
  }

  private ResolvedImage.Layer layer(Digest diffId, byte[] blob) {
    Digest digest = Digest.ofBytes(blob);
    blobs.put(digest, blob);
    return new ResolvedImage.Layer(
        digest, diffId, "application/vnd.oci.image.layer.v1.tar", blob.length);
  }

  private ResolvedImage.Layer layer(String content) {
    byte[] tar = tar(content);
    return layer(Digest.ofBytes(tar), tar);
  }

  private InputStream blob(ResolvedImage.Layer layer) {
    opened.incrementAndGet();
    return new ByteArrayInputStream(blobs.getOrDefault(layer.digest(), new byte[0]));
  }

  private String content(ResolvedImage.Layer layer) throws IOException {
    return Files.readString(layers.folder(layer.diffId()).resolve("f"));
  }

  private void assertNothingOf(ResolvedImage.Layer layer) throws IOException {
    assertThat(layers.folder(layer.diffId())).doesNotExist();
    try (Stream<Path> partial = Files.list(root.resolve("partial"))) {
      assertThat(partial).isEmpty();
    }
  }

  @Test
  void layersComePlainOrAsGzipOrZstd() throws Exception {
    List<ResolvedImage.Layer> all =
        List.of(
            layer("plain"),
            layer(tar("gzip"), GZIPOutputStream::new),
            layer(tar("zstd"), ZstdOutputStream::new));
    layers.ensure(all, this::blob);
    assertThat(content(all.get(0))).isEqualTo("plain");
    assertThat(content(all.get(1))).isEqualTo("gzip");
    assertThat(content(all.get(2))).isEqualTo("zstd");
  }

  @Test
  void aLayerMayBeOfManyGzipMembers() throws Exception {
    byte[] tar = tar("x".repeat(5000));
    var packed = new ByteArrayOutputStream();
    for (int at = 0; at < tar.length; at += 512) {
      GZIPOutputStream member = new GZIPOutputStream(packed);
      member.write(tar, at, Math.min(512, tar.length - at));
      member.finish();
    }
    ResolvedImage.Layer layer = layer(Digest.ofBytes(tar), packed.toByteArray());
    layers.ensure(List.of(layer), asked -> new Hesitating(blob(asked)));
    assertThat(content(layer)).hasSize(5000);
  }

  /** Never knows whether more comes. */
  private static final class Hesitating extends FilterInputStream {
    Hesitating(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return super.read(into, offset, Math.min(length, 100));
    }

    @Override
    public int available() {
      return 0;
    }
  }

  @Test
  void whatIsNotWhatItsDigestsSayIsRefusedAndLeavesNothing() throws Exception {
    ResolvedImage.Layer sound = layer(tar("sound"), GZIPOutputStream::new);
    ResolvedImage.Layer other =
        layer(Digest.ofBytes(tar("other")), blobs.getOrDefault(sound.digest(), new byte[0]));
    assertThatThrownBy(() -> layers.ensure(List.of(other), this::blob))
        .isInstanceOf(RefusedLayerException.class)
        .hasMessageContaining("is not what its digest says");
    assertNothingOf(other);
    byte[] changed = blobs.getOrDefault(sound.digest(), new byte[0]).clone();
    // The time in the header of gzip, which nobody needs to uncompress it.
    changed[5] ^= 1;
    assertThatThrownBy(() -> layers.ensure(List.of(sound), _ -> new ByteArrayInputStream(changed)))
        .isInstanceOf(RefusedLayerException.class);
    assertNothingOf(sound);
    byte[] cut = Arrays.copyOf(changed, changed.length - 20);
    assertThatThrownBy(() -> layers.ensure(List.of(sound), _ -> new ByteArrayInputStream(cut)))
        .isInstanceOf(IOException.class);
    assertNothingOf(sound);
    layers.ensure(List.of(sound), this::blob);
    assertThat(content(sound)).isEqualTo("sound");
  }

  @Test
  void aLayerComesOnceHoweverManyAskAndSeveralAtOnce() throws Exception {
    List<ResolvedImage.Layer> all = List.of(layer("one"), layer("two"), layer("three"));
    // Each waits for the others to be asked for: one after the other they would never come.
    CountDownLatch together = new CountDownLatch(all.size());
    List<Future<?>> asking = new ArrayList<>();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        asking.add(
            askers.submit(
                () -> {
                  layers.ensure(
                      all,
                      asked -> {
                        together.countDown();
                        await(together);
                        return blob(asked);
                      });
                  return null;
                }));
      }
      for (Future<?> one : asking) {
        assertThat(one.get()).isNull();
      }
    }
    assertThat(opened).hasValue(3);
    assertThat(content(all.get(2))).isEqualTo("three");
  }

  @Test
  void whatKeptAnotherFromALayerKeepsNobodyElse() throws Exception {
    ResolvedImage.Layer layer = layer("f");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch failing = new CountDownLatch(1);
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first =
          askers.submit(
              () -> {
                layers.ensure(
                    List.of(layer),
                    _ -> {
                      begun.countDown();
                      await(failing);
                      throw new IOException("not for you");
                    });
                return null;
              });
      begun.await();
      Future<?> second =
          askers.submit(
              () -> {
                layers.ensure(List.of(layer), this::blob);
                return null;
              });
      failing.countDown();
      assertThatThrownBy(first::get).hasRootCauseMessage("not for you");
      assertThat(second.get()).isNull();
    }
    assertThat(content(layer)).isEqualTo("f");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoWaitsForALayerIsToldOfAnyFailure() throws Exception {
    ResolvedImage.Layer layer = layer("f");
    var full =
        new InputStream() {
          @Override
          public int read() {
            throw new StackOverflowError("of a test");
          }
        };
    assertThatThrownBy(() -> layers.ensure(List.of(layer), _ -> full))
        .hasRootCauseMessage("of a test");
    assertNothingOf(layer);
  }

  @Test
  void aFailureKeepsTheLayersThatCame() throws Exception {
    ResolvedImage.Layer here = layer("here");
    ResolvedImage.Layer missing = layer("missing");
    blobs.remove(missing.digest());
    assertThatThrownBy(() -> layers.ensure(List.of(missing, here), this::blob))
        .isInstanceOf(RefusedLayerException.class);
    layers.ensure(List.of(here), this::blob);
    assertThat(opened).hasValue(2);
    assertNothingOf(missing);
  }

  @Test
  void whatWasHalfUnpackedIsGoneAtTheNextStart() throws Exception {
    ResolvedImage.Layer layer = layer("f");
    Path half = Files.createDirectories(root.resolve("partial/0123/deep"));
    Files.write(half.resolve("f"), "half".getBytes(UTF_8));
    layers = new Layers(root, LayerLimits.DEFAULT, "boot");
    assertNothingOf(layer);
    layers.ensure(List.of(layer), this::blob);
    assertThat(content(layer)).isEqualTo("f");
  }

  @Test
  void whatNobodyNeedsForLongGoes() throws Exception {
    List<ResolvedImage.Layer> all = List.of(layer("used"), layer("unused"));
    Set<Digest> used = Set.of(all.getFirst().diffId());
    layers.ensure(all, this::blob);

    layers.removeUnused(used, Duration.ofHours(1));
    assertThat(content(all.getLast())).isEqualTo("unused");

    layers.removeUnused(used, Duration.ZERO);
    assertThat(content(all.getFirst())).isEqualTo("used");
    assertNothingOf(all.getLast());

    layers.ensure(all, this::blob);
    assertThat(content(all.getLast())).isEqualTo("unused");
    assertThat(opened).hasValue(3);

    layers = new Layers(root, LayerLimits.DEFAULT, "boot");
    layers.removeUnused(Set.of(), Duration.ofHours(1));
    assertThat(content(all.getLast())).as("from before a start").isEqualTo("unused");
  }

  @Test
  void whatWasNotOnTheDiskWhenTheHostWentDownIsFetchedAgain() throws Exception {
    ResolvedImage.Layer layer = layer("f");
    layers.ensure(List.of(layer), this::blob);
    layers = new Layers(root, LayerLimits.DEFAULT, "boot");
    assertThat(content(layer)).as("only the agent ended").isEqualTo("f");
    Files.writeString(layers.folder(layer.diffId()).resolve("f"), "");

    layers = new Layers(root, LayerLimits.DEFAULT, "second boot");
    assertNothingOf(layer);
    layers.restore(List.of(layer.diffId()), this::blob);
    assertThat(content(layer)).isEqualTo("f");
    assertThat(opened).hasValue(2);

    layers = new Layers(root, LayerLimits.DEFAULT, "third boot");
    assertNothingOf(layer);
    layers.restore(List.of(layer.diffId()), this::blob);
    layers.settle(Duration.ofHours(1));
    layers = new Layers(root, LayerLimits.DEFAULT, "fourth boot");
    assertNothingOf(layer);
    layers.restore(List.of(layer.diffId()), this::blob);
    layers.settle(Duration.ZERO);
    layers = new Layers(root, LayerLimits.DEFAULT, "fifth boot");
    assertThat(content(layer)).isEqualTo("f");
  }

  @Test
  void whatWasLostAndNobodyNeedsIsForgotten() throws Exception {
    ResolvedImage.Layer layer = layer("f");
    layers.ensure(List.of(layer), this::blob);
    layers = new Layers(root, LayerLimits.DEFAULT, "second boot");
    layers.removeUnused(Set.of(layer.diffId()), Duration.ZERO);
    layers.restore(List.of(layer.diffId()), this::blob);
    assertThat(content(layer)).isEqualTo("f");

    layers = new Layers(root, LayerLimits.DEFAULT, "third boot");
    layers.removeUnused(Set.of(), Duration.ZERO);
    layers.restore(List.of(layer.diffId()), this::blob);
    assertNothingOf(layer);
    assertThat(root.resolve("unsynced")).isEmptyDirectory();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
