package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.Digest;
import dev.gantry.node.attack.HostileArchive;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of a zone: what it keeps, whom it gives that, and what a crash leaves of it. */
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
class ZoneTest {
  private static final int LAYER_BYTES = 4 << 20;
  private static final String CONTAINER = "{\"Image\":\"b\",\"Cmd\":[\"true\"]}";

  @TempDir Path root;
  private byte[] above;

  @BeforeEach
  void makeLayer() {
    byte[] bytes = new byte[LAYER_BYTES];
    new Random(4).nextBytes(bytes);
    above = new HostileArchive().file("big", 0644, bytes).bytes();
  }

  private RunningNode node() throws Exception {
    // Nothing listens there: facts wait on the disk.
    var node = new RunningNode(root, "127.0.0.1:9");
    node.set("GANTRY_ZONE", "west");
    return node;
  }

  private Path blobs() {
    return root.resolve("var/lib/gantry/nodes/node-1/blobs");
  }

  private long halves() throws IOException {
    try (Stream<Path> partial = Files.list(blobs().resolve("partial"))) {
      return partial.count();
    }
  }

  private static String path(Digest blob) {
    return "/v1/blobs/" + blob;
  }

  @Test
  void aBlobIsKeptWholeOrNotAtAllWhenTheNodeIsKilled() throws Exception {
    try (var node = node()) {
      Digest layer = node.peers().image().layers().getFirst().digest();
      Path file = blobs().resolve("sha256").resolve(layer.hex());

      node.start("blob.beforeKeep=kill");
      assertThatThrownBy(() -> node.create(CONTAINER)).isInstanceOf(IOException.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> !node.isAlive());
      assertThat(halves()).isOne();
      assertThat(file).doesNotExist();

      node.start("blob.afterKeep=kill");
      assertThat(halves()).isZero();
      assertThatThrownBy(() -> node.create(CONTAINER)).isInstanceOf(IOException.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> !node.isAlive());
      assertThat(node.peers().served(layer)).as("the half was not used").isEqualTo(2);
      assertThat(Digest.ofBytes(Files.readAllBytes(file))).isEqualTo(layer);

      node.start("");
      node.create(CONTAINER);
      assertThat(node.peers().served(layer)).as("the whole was").isEqualTo(2);
      assertThat(node.check()).isEmpty();

      node.kill();
      node.set("GANTRY_ZONE", "");
      node.start("");
      assertThat(blobs()).doesNotExist();
    }
  }

  @Test
  void otherNodesGetWhatItHasAndWhatItIsFetchingAndNothingElse() throws Exception {
    Digest big = Digest.ofBytes(above);
    try (var node = node()) {
      node.start("");
      node.peers().pauseHalfway(big);
      CompletableFuture<Integer> created = CompletableFuture.supplyAsync(() -> create(node));
      await().atMost(Duration.ofSeconds(20)).until(() -> node.peers().served(big) == 1);
      HttpResponse<InputStream> coming = node.askAsNode(path(big));
      assertThat(coming.statusCode()).isEqualTo(206);
      byte[] half = coming.body().readNBytes(LAYER_BYTES / 4);
      assertThat(created).isNotDone();
      node.peers().goOn();
      byte[] rest = coming.body().readAllBytes();
      assertThat(rest).hasSize(above.length - half.length);
      assertThat(half).isEqualTo(Arrays.copyOf(above, half.length));
      assertThat(created.join()).isEqualTo(201);

      assertThat(node.askAsNode(path(big)).body().readAllBytes()).isEqualTo(above);
      assertThat(node.askAsNode(path(Digest.ofBytes(new byte[0]))).statusCode()).isEqualTo(404);
      for (String refused :
          new String[] {
            "/v1/node",
            "/v1/containers",
            "/v1/blobs/../containers",
            "/v1/blobs/" + big + "/../../containers",
            "/v1/blobs/" + big + ";/../../containers",
            "/v1/blobs/sha256:%2e%2e"
          }) {
        assertThat(node.askAsNode(refused).statusCode()).as(refused).isEqualTo(403);
      }
      assertThat(node.raw("GET", "/blobs/" + big, new byte[0]).body()).isEqualTo(above);
    }
  }

  private int create(RunningNode node) {
    try {
      return node.create(CONTAINER, "", above).status();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
