package dev.gantry.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.node.attack.HostileArchive;
import dev.gantry.services.ResolvedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
  private static final int MEMBER = 100;

  @TempDir Path folder;

  private void ensure(Digest blob, Digest content, BlobSource source) throws IOException {
    new Layers(folder, LayerLimits.DEFAULT)
        .ensure(List.of(new ResolvedImage.Layer(blob, content, "", 1)), source);
  }

  /** Comes from a network: so much at a time, and what has not come yet is not available. */
  private static final class Dribble extends ByteArrayInputStream {
    private final int piece;

    Dribble(byte[] bytes, int piece) {
      super(bytes);
      this.piece = piece;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, piece));
    }

    @Override
    public synchronized int available() {
      return 0;
    }
  }

  /** As builders write it whose layers can be read from anywhere, or that compress in parallel. */
  @Test
  void gzipOfManyMembersIsReadToItsEnd() throws Exception {
    byte[] tar = new HostileArchive().file("a", "x".repeat(5000)).file("z", "last").bytes();
    var members = new ByteArrayOutputStream();
    for (int at = 0; at < tar.length; at += MEMBER) {
      try (var gzip = new GZIPOutputStream(members)) {
        gzip.write(tar, at, Math.min(MEMBER, tar.length - at));
      }
    }
    byte[] blob = members.toByteArray();
    Digest content = Digest.ofBytes(tar);
    ensure(Digest.ofBytes(blob), content, _ -> new Dribble(blob, 1));
    assertThat(new Layers(folder, LayerLimits.DEFAULT).folder(content).resolve("z"))
        .hasContent("last");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoWaitsForALayerIsToldOfAnyFailure() {
    Digest digest = Digest.ofBytes(new byte[1]);
    var full =
        new InputStream() {
          @Override
          public int read() {
            throw new StackOverflowError("of a test");
          }
        };
    assertThatThrownBy(() -> ensure(digest, digest, _ -> full)).hasRootCauseMessage("of a test");
    assertThat(folder.resolve("partial")).isEmptyDirectory();
  }

  @Test
  void whatIsNotWhatItsDigestsSayIsNoLayer() throws Exception {
    byte[] tar = new HostileArchive().file("a", "x").bytes();
    Digest right = Digest.ofBytes(tar);
    Digest wrong = Digest.ofBytes(new byte[1]);
    for (List<Digest> said : List.of(List.of(wrong, right), List.of(right, wrong))) {
      assertThatThrownBy(() -> ensure(said.get(0), said.get(1), _ -> new ByteArrayInputStream(tar)))
          .isInstanceOf(RefusedLayerException.class)
          .hasMessageContaining("not what its digest says");
      assertThat(new Layers(folder, LayerLimits.DEFAULT).folder(said.get(1))).doesNotExist();
    }
    assertThat(folder.resolve("partial")).isEmptyDirectory();
  }
}
