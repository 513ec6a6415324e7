package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams through the door with certificates, where a client's half-close is one of TLS: {@code
 * docker} makes one at once wherever it has no input.
 */
class TlsDoorTest {
  private final Docker local = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(local);
  @TempDir private Path folder;
  private Docker docker = local;

  @BeforeEach
  void certificate() {
    docker = Docker.ofTeam("default", folder);
  }

  @Test
  void outputComesWithoutInput() {
    assertThat(docker.run("run", "--rm", "busybox", "sh", "-c", "sleep 0.3; echo late").ok())
        .isEqualTo("late");
    String name = containers.name();
    local.run("run", "-d", "--name", name, "busybox", "sleep", "1000").ok();
    Docker.Result result =
        docker.run("exec", name, "sh", "-c", "sleep 0.3; echo out; echo err >&2; exit 3");
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("out\n");
    assertThat(result.err()).isEqualTo("err\n");
  }

  @Test
  void outputComesBehindTheEndOfInput() {
    assertThat(
            docker
                .runWithInput(
                    "x".repeat(1_000_000).getBytes(UTF_8),
                    "run",
                    "-i",
                    "--rm",
                    "busybox",
                    "wc",
                    "-c")
                .ok())
        .isEqualTo("1000000");
  }

  @Test
  void aLargeFileComesBackAsItWent() throws Exception {
    byte[] large = new byte[5_000_001];
    new Random(1).nextBytes(large);
    Path file = Files.write(folder.resolve("large"), large);
    String name = containers.name();
    local.run("create", "--name", name, "busybox", "true").ok();
    docker.run("cp", file.toString(), name + ":/tmp/large").ok();
    Path back = folder.resolve("back");
    docker.run("cp", name + ":/tmp/large", back.toString()).ok();
    assertThat(back).hasBinaryContent(large);
  }

  @Test
  void logsAndEventsFlow() {
    String name = containers.name();
    docker.run("run", "-d", "--name", name, "busybox", "sh", "-c", "echo one; sleep 0.3; echo two");
    assertThat(docker.run("logs", "-f", name).ok()).isEqualTo("one\ntwo");
    assertThat(docker.run("wait", name).ok()).isEqualTo("0");
  }
}
