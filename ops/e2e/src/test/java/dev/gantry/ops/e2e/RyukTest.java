package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Testcontainers with its reaper on, an image of Ryuk's kind made here: what a killed run leaves,
 * goes. The reaper has nothing but the socket.
 */
class RyukTest {
  private static final String IMAGE = "e2e-reaper:latest";

  private final Docker docker = Docker.onSocket();

  @BeforeEach
  void image() throws Exception {
    ProcessBuilder build =
        new ProcessBuilder(
            Platform.home().resolve("ops/e2e/src/test/resources/reaper/build").toString(), IMAGE);
    build.environment().put("DOCKER_HOST", Platform.host());
    Docker.finish(build.start(), new byte[0]).ok();
  }

  @AfterEach
  void imageIsRemoved() {
    docker.run("image", "rm", "-f", IMAGE);
  }

  private static Process tests() throws IOException {
    ProcessBuilder tests =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LeftBehind.class.getName());
    tests
        .environment()
        .putAll(
            Map.of("DOCKER_HOST", Platform.host(), "TESTCONTAINERS_RYUK_CONTAINER_IMAGE", IMAGE));
    tests.environment().remove("TESTCONTAINERS_RYUK_DISABLED");
    return tests.redirectErrorStream(true).start();
  }

  @Test
  void whatAKilledRunLeavesIsReaped() throws Exception {
    String bystander = docker.run("volume", "create", "--label", "org.testcontainers=true").ok();
    Process tests = tests();
    try {
      List<String> left = left(tests);
      String reaper = docker.run("ps", "-q", "--no-trunc", "--filter", "ancestor=" + IMAGE).ok();
      assertThat(reaper).hasSize(64);
      assertThat(docker.inspect(reaper).at("/HostConfig/Binds/0").asString())
          .contains(":/var/run/docker.sock");

      tests.destroyForcibly().waitFor();

      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                // Inspect remembers a container whose output is kept.
                assertThat(docker.run("ps", "-aq", "--no-trunc").lines())
                    .doesNotContain(left.getFirst(), reaper);
                assertThat(docker.run("network", "inspect", left.get(1)).exit()).isNotZero();
                assertThat(docker.run("volume", "inspect", left.get(2)).exit()).isNotZero();
              });
      assertThat(docker.run("volume", "inspect", bystander).exit()).isZero();
    } finally {
      tests.destroyForcibly();
      docker.run("volume", "rm", bystander);
    }
  }

  /** Container, network and volume of the forked tests, when they are there. */
  private static List<String> left(Process tests) throws IOException {
    StringBuilder all = new StringBuilder();
    BufferedReader out = new BufferedReader(new InputStreamReader(tests.getInputStream(), UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("left ")) {
        return List.of(line.substring("left ".length()).split(" "));
      }
      all.append(line).append('\n');
    }
    throw new AssertionError("the forked tests ended: " + all);
  }
}
