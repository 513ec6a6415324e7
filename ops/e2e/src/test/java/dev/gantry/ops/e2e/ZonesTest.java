package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two nodes of one zone, which image-service is not in: {@code ops/up --nodes 2 --zones west,west}.
 */
class ZonesTest {
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final Pattern FETCHED =
      Pattern.compile("gantry_node_layer_fetched_bytes_total\\{from=\"([^\"]+)\".*} (\\S+)");
  private static final List<String> NODES = List.of("node-1", "node-2");

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final String image = "e2e/zones-" + Integer.toHexString(new Random().nextInt());
  @TempDir Path folder;
  private final Map<String, Bytes> before = new HashMap<>();

  /** What a node has fetched, by whom it got it of. */
  private record Bytes(long peer, long imageService) {
    Bytes minus(Bytes other) {
      return new Bytes(peer - other.peer, imageService - other.imageService);
    }
  }

  @BeforeEach
  void bothNodesAreThere() {
    Awaitility.await()
        .atMost(RECOVERY)
        .untilAsserted(
            () -> {
              assertThat(addresses()).containsKeys("node-1", "node-2");
              for (String node : NODES) {
                before.put(node, counted(node));
              }
            });
  }

  @AfterEach
  void removeImage() {
    containers.names().forEach(name -> docker.run("rm", "-f", name));
    docker.run("rmi", image);
  }

  private static Map<String, String> addresses() throws IOException {
    Map<String, String> addresses = new HashMap<>();
    JsonNode nodes = JsonMapper.shared().readTree(Http.call("GET", "/gantry/v1/nodes", "").body());
    for (JsonNode node : nodes) {
      if (node.get("state").asString().equals("up")) {
        assertThat(node.at("/labels/zone").asString()).isEqualTo("west");
        addresses.put(node.get("name").asString(), node.get("address").asString());
      }
    }
    return addresses;
  }

  private static Bytes counted(String node) throws IOException {
    String certs = Platform.prefix() + "/etc/gantry/certs/";
    Process curl =
        new ProcessBuilder(
                "curl",
                "-sf",
                "--cacert",
                certs + "ca.pem",
                "--cert",
                certs + "control.pem",
                "--key",
                certs + "control.key",
                addresses().get(node) + "/actuator/prometheus")
            .start();
    Map<String, Long> bytes = new HashMap<>();
    Matcher counters = FETCHED.matcher(Docker.finish(curl, new byte[0]).ok());
    while (counters.find()) {
      bytes.put(counters.group(1), (long) Double.parseDouble(counters.group(2)));
    }
    return new Bytes(bytes.getOrDefault("peer", 0L), bytes.getOrDefault("image-service", 0L));
  }

  private Bytes fetched(String node) throws IOException {
    return counted(node).minus(before.getOrDefault(node, new Bytes(0, 0)));
  }

  /** An image of one layer, which no node has; returns the bytes of its blob. */
  private long imported(int mebibytes) throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/bin"));
    Files.copy(Path.of("/bin/busybox"), tree.resolve("busybox"));
    byte[] piece = new byte[1 << 20];
    try (var file = Files.newOutputStream(folder.resolve("tree/noise"))) {
      Random noise = new Random();
      for (int i = 0; i < mebibytes; i++) {
        noise.nextBytes(piece);
        file.write(piece);
      }
    }
    Path tar = folder.resolve("image.tar");
    Docker.finish(
            new ProcessBuilder("tar", "-cf", tar.toString(), "-C", folder + "/tree", ".").start(),
            new byte[0])
        .ok();
    docker.run("import", tar.toString(), image).ok();
    return Files.size(tar);
  }

  private String created(String node) {
    String name = containers.name();
    docker
        .run(
            "create",
            "--name",
            name,
            "-e",
            "constraint:node==" + node,
            image,
            "/bin/busybox",
            "echo",
            "here")
        .ok();
    return name;
  }

  @Test
  void aLayerComesFromTheOtherNode() throws Exception {
    long size = imported(8);
    created("node-1");
    String second = created("node-2");
    assertThat(fetched("node-1")).isEqualTo(new Bytes(0, size));
    assertThat(fetched("node-2")).isEqualTo(new Bytes(size, 0));
    assertThat(docker.run("start", "-a", second).ok()).isEqualTo("here");
  }

  @Test
  void nodesThatStartAnImageAtTheSameMomentFetchItFromImageServiceOnce() throws Exception {
    long size = imported(64);
    List<CompletableFuture<String>> both =
        NODES.stream().map(node -> CompletableFuture.supplyAsync(() -> created(node))).toList();
    for (CompletableFuture<String> each : both) {
      assertThat(docker.run("start", "-a", each.join()).ok()).isEqualTo("here");
    }
    Bytes first = fetched("node-1");
    Bytes second = fetched("node-2");
    assertThat(first.imageService() + second.imageService()).isEqualTo(size);
    assertThat(first.peer() + second.peer()).isEqualTo(size);
  }

  @Test
  void aNodeThatIsKilledWhileItGivesALayerHoldsNobodyUp() throws Exception {
    long size = imported(400);
    created("node-1");
    CompletableFuture<String> creating = CompletableFuture.supplyAsync(() -> created("node-2"));
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(RECOVERY)
        .until(() -> fetched("node-2").peer() > 0);
    Processes.kill("node-1");
    assertThat(docker.run("start", "-a", creating.join()).ok()).isEqualTo("here");
    Bytes fetched = fetched("node-2");
    assertThat(fetched.peer()).isBetween(1L, size - 1);
    assertThat(fetched.imageService()).isEqualTo(size - fetched.peer());
    // It would let the other alone for a minute; its next process knows nothing of that.
    Processes.kill("node-2");
  }
}
