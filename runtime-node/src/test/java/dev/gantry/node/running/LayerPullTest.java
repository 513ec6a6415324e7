package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.Digest;
import dev.gantry.node.attack.HostileArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed while the layers of an image come. */
class LayerPullTest {
  private static final int LAYER_BYTES = 4 << 20;
  private static final String CONTAINER = "{\"Image\":\"b\",\"Cmd\":[\"true\"]}";

  @TempDir Path root;

  @Test
  void whatWasFetchedIsKeptAndWhatWasHalfIsNotUsed() throws Exception {
    byte[] bytes = new byte[LAYER_BYTES];
    new Random(4).nextBytes(bytes);
    byte[] above = new HostileArchive().file("big", 0644, bytes).bytes();
    // Nothing listens there: facts wait on the disk.
    try (var node = new RunningNode(root, "127.0.0.1:9")) {
      node.start("");
      node.peers().stopHalfway(Digest.ofBytes(above));
      CompletableFuture<Boolean> created =
          CompletableFuture.supplyAsync(() -> isCreated(node, above));
      Path below = folder(node.peers().image().layers().getFirst().diffId());
      await().atMost(Duration.ofSeconds(20)).until(() -> Files.isDirectory(below) && halves() == 1);
      node.kill();
      assertThat(created.join()).isFalse();
      assertThat(halves()).isOne();
      node.peers().goOn();
      node.start("");
      assertThat(halves()).isZero();
      assertThat(folder(Digest.ofBytes(above))).doesNotExist();
      assertThat(node.create(CONTAINER, "", above).status()).isEqualTo(201);
      assertThat(folder(Digest.ofBytes(above)).resolve("big")).hasBinaryContent(bytes);
      assertThat(node.peers().served(node.peers().image().layers().getFirst().digest())).isOne();
      assertThat(node.peers().served(Digest.ofBytes(above))).isEqualTo(2);
      assertThat(node.check()).isEmpty();
    }
  }

  private static boolean isCreated(RunningNode node, byte[] above) {
    try {
      return node.create(CONTAINER, "", above).status() == 201;
    } catch (IOException _) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Path layers() {
    return root.resolve("var/lib/gantry/nodes/node-1/layers");
  }

  private Path folder(Digest diffId) {
    return layers().resolve(diffId.algorithm()).resolve(diffId.hex());
  }

  /** Layers of which a part is there. */
  private long halves() throws IOException {
    try (Stream<Path> partial = Files.list(layers().resolve("partial"))) {
      return partial.count();
    }
  }
}
