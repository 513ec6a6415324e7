package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker logs}, of running, ended and removed containers. */
class LogsTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @Test
  void everyLineOnceInOrderBothStreamsApart() {
    String name = containers.name();
    docker
        .run(
            "run",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "for i in $(seq 2000); do echo o$i; echo e$i >&2; done")
        .ok();
    Result logs = docker.run("logs", name);
    assertThat(logs.out().lines()).containsExactlyElementsOf(numbered("o", 2000));
    assertThat(logs.err().lines()).containsExactlyElementsOf(numbered("e", 2000));
  }

  @Test
  void tailSinceUntilAndTimestamps() {
    String name = containers.name();
    docker
        .run(
            "run",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "echo a; sleep 1.1; echo b; sleep 1.1; echo c")
        .ok();
    assertThat(docker.run("logs", "--tail", "2", name).lines()).containsExactly("b", "c");
    assertThat(docker.run("logs", "--tail", "0", name).out()).isEmpty();
    List<String> stamped = docker.run("logs", "-t", name).lines();
    assertThat(stamped)
        .hasSize(3)
        .allMatch(
            line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z [abc]"));
    String second = stamped.get(1).split(" ", 2)[0];
    assertThat(docker.run("logs", "--since", second, name).lines()).containsExactly("b", "c");
    assertThat(docker.run("logs", "--until", second, name).lines())
        .startsWith("a")
        .doesNotContain("c");
  }

  @Test
  void followEndsWithTheContainer() throws Exception {
    String name = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "echo first; while [ ! -e /go ]; do sleep 0.05; done; echo last")
        .ok();
    Process follow = docker.start("logs", "-f", name);
    TerminalText text = TerminalText.of(follow);
    text.await("first");
    docker.run("exec", name, "touch", "/go").ok();
    text.await("last");
    assertThat(follow.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void longAndUnfinishedLinesStayWhole() {
    String name = containers.name();
    docker
        .run(
            "run",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "head -c 100000 /dev/zero | tr '\\0' x; echo; printf unfinished")
        .ok();
    assertThat(docker.run("logs", name).out()).isEqualTo("x".repeat(100_000) + "\nunfinished");
  }

  @Test
  void outputOutlivesItsContainer() {
    String name = containers.name();
    docker
        .run(
            "run",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "for i in $(seq 1000); do echo o$i; echo e$i >&2; done")
        .ok();
    String id = docker.run("inspect", "-f", "{{.Id}}", name).ok();
    docker.run("rm", name).ok();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              Result logs = docker.run("logs", id);
              assertThat(logs.out().lines()).containsExactlyElementsOf(numbered("o", 1000));
              assertThat(logs.err().lines()).containsExactlyElementsOf(numbered("e", 1000));
            });
  }

  @Test
  void theOptionsOfTheDriverHold() {
    String name = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            name,
            "-l",
            "team=shop",
            "-l",
            "other=x",
            "-e",
            "COLOUR=green",
            "--log-opt",
            "max-size=100k",
            "--log-opt",
            "max-file=2",
            "--log-opt",
            "labels=team",
            "--log-opt",
            "env=COLOUR",
            "--log-opt",
            "tag={{.Name}}",
            "busybox",
            "sh",
            "-c",
            "seq 1 50000; sleep 1000")
        .ok();
    assertThat(docker.inspect(name).at("/HostConfig/LogConfig/Config/max-size").asString())
        .isEqualTo("100k");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              List<String> kept = docker.run("logs", name).lines();
              assertThat(kept).endsWith("50000").hasSizeBetween(1000, 10_000);
            });
    assertThat(docker.run("logs", "--details", "--tail", "1", name).ok())
        .isEqualTo("COLOUR=green,tag=" + name + ",team=shop 50000");
    assertThat(docker.run("create", "--log-opt", "max-size=ten", "busybox").err())
        .contains("invalid size: 'ten'");
  }

  @Test
  void whatNobodyKeepsIsSeenByWhoIsAttachedAndNotReadBack() {
    String name = containers.name();
    assertThat(
            docker
                .run("run", "--name", name, "--log-driver", "none", "busybox", "seq", "1", "50000")
                .lines())
        .hasSize(50_000)
        .endsWith("50000");
    Result logs = docker.run("logs", name);
    assertThat(logs.exit()).isEqualTo(1);
    assertThat(logs.err())
        .contains("Error response from daemon: configured logging driver does not support reading");
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
  }
}
