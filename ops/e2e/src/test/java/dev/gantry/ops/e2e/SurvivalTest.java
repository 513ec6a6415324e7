package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on, and what comes back, when a process of the platform is killed. */
class SurvivalTest {
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  private final Agreement agreement = new Agreement(docker, Instant.now());

  @AfterEach
  void everythingIsThereAgainAndAgrees() {
    awaitRecovery();
    agreement.check(containers.names());
  }

  private void awaitRecovery() {
    Awaitility.await()
        .atMost(RECOVERY)
        .until(() -> docker.run("run", "--rm", "busybox", "true").exit() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node-1", "control"})
  void whatWasAnsweredHoldsWhenAProcessDiesInTheMiddle(String victim) throws Exception {
    List<String> answered = new CopyOnWriteArrayList<>();
    List<String> unsure = new CopyOnWriteArrayList<>();
    Thread client =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (answered.size() < 8) {
                    String name = containers.name();
                    boolean ok =
                        docker.run("run", "-d", "--name", name, "busybox", "sleep", "1000").exit()
                            == 0;
                    (ok ? answered : unsure).add(name);
                    if (!ok) {
                      awaitRecovery();
                    }
                  }
                });
    Awaitility.await().atMost(RECOVERY).until(() -> answered.size() >= 3);
    Processes.kill(victim);
    client.join();
    awaitRecovery();
    for (String name : answered) {
      assertThat(docker.run("inspect", "-f", "{{.State.Status}}", name).ok()).isEqualTo("running");
    }
    for (String name : unsure) {
      Result removed = docker.run("rm", "-f", name);
      assertThat(removed.exit() == 0 || removed.err().contains("No such container"))
          .as(removed.toString())
          .isTrue();
      // A name of which nobody knows whose it is stays taken for half a minute.
      Awaitility.await("a run under the name of one that was not answered")
          .atMost(RECOVERY)
          .until(() -> docker.run("run", "--rm", "--name", name, "busybox", "true").exit() == 0);
      containers.forget(name);
    }
  }

  @Test
  void containersOutliveTheirNodesAgent() throws Exception {
    String counting = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            counting,
            "busybox",
            "sh",
            "-c",
            "i=0; while [ ! -e /go ]; do i=$((i+1)); echo n$i; sleep 0.01; done; exit 11")
        .ok();
    String ending = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            ending,
            "busybox",
            "sh",
            "-c",
            "while [ ! -e /go ]; do sleep 0.05; done; sleep 0.5; echo bye; exit 12")
        .ok();
    String pid = docker.run("inspect", "-f", "{{.State.Pid}}", counting).ok();
    docker.run("exec", ending, "touch", "/go").ok();
    Processes.kill("node-1");
    assertThat(ProcessHandle.of(Long.parseLong(pid)))
        .as("the process of the container")
        .isPresent();
    Awaitility.await()
        .atMost(RECOVERY)
        .until(
            () ->
                docker
                    .run("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", ending)
                    .out()
                    .strip()
                    .equals("exited 12"));
    assertThat(docker.run("logs", ending).ok()).isEqualTo("bye");
    assertThat(docker.run("inspect", "-f", "{{.State.Pid}}", counting).ok()).isEqualTo(pid);
    docker.run("exec", counting, "touch", "/go").ok();
    assertThat(docker.run("wait", counting).ok()).isEqualTo("11");
    List<String> lines = docker.run("logs", counting).lines();
    assertThat(lines)
        .isEqualTo(IntStream.rangeClosed(1, lines.size()).mapToObj(i -> "n" + i).toList());
  }

  @Test
  void anAgentThatCameBackAttachesAndStops() throws Exception {
    String name = containers.name();
    docker
        .run(
            "run",
            "-di",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "while read x; do echo got-$x; done")
        .ok();
    Processes.kill("node-1");
    Awaitility.await().atMost(RECOVERY).until(() -> docker.run("exec", name, "true").exit() == 0);
    Process attached = docker.start("attach", name);
    TerminalText text = TerminalText.of(attached);
    attached.getOutputStream().write("later\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    attached.getOutputStream().flush();
    text.await("got-later");
    docker.run("stop", "-t", "0", name).ok();
    assertThat(attached.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(docker.run("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name).ok())
        .isEqualTo("exited 137");
  }

  @Test
  void theControlPlaneComesBackWithEverything() {
    String name = containers.name();
    String id =
        docker.run("run", "-d", "--name", name, "-l", "kept=yes", "busybox", "sleep", "1000").ok();
    Processes.kill("control");
    Awaitility.await()
        .atMost(RECOVERY)
        .until(
            () -> docker.run("ps", "-q", "--no-trunc", "-f", "label=kept=yes").out().contains(id));
    assertThat(docker.run("exec", name, "echo", "still").ok()).isEqualTo("still");
    Result clash = docker.run("create", "--name", name, "busybox");
    assertThat(clash.err()).contains("is already in use by container");
  }

  @Test
  void whatNeedsNoDatabaseGoesOnWithoutOne() {
    String name = containers.name();
    docker
        .run("run", "-d", "--name", name, "busybox", "sh", "-c", "echo here; exec sleep 1000")
        .ok();
    try (var _ = Processes.hold("postgres")) {
      assertThat(docker.run("exec", name, "echo", "on").ok()).isEqualTo("on");
      assertThat(docker.run("logs", name).ok()).isEqualTo("here");
      assertThat(docker.run("ps", "--format", "{{.Names}}").lines()).contains(name);
      Result refused = docker.run("run", "--rm", "busybox", "true");
      assertThat(refused.exit()).isEqualTo(125);
      assertThat(refused.err()).containsIgnoringCase("postgresql");
    }
  }

  @Test
  void containersOfANodeThatIsDownAreUnreachableNotGone() throws Exception {
    String name = containers.name();
    String id =
        docker
            .run("run", "-d", "--name", name, "busybox", "sh", "-c", "echo kept; exec sleep 1000")
            .ok();
    String kept = "/gantry/v1/logs/" + id + "/lines";
    Awaitility.await()
        .atMost(RECOVERY)
        .until(() -> Http.call("GET", kept, "").body().contains("kept"));
    try (var _ = Processes.hold("node-1")) {
      Awaitility.await()
          .atMost(RECOVERY)
          .until(
              () ->
                  docker
                      .run("ps", "--format", "{{.Status}}", "-f", "name=" + name)
                      .out()
                      .contains("Unreachable (node-1 is down)"));
      for (String command : List.of("stop", "kill", "pause", "restart", "top", "stats")) {
        assertNamesItsNode(docker.run(command, name));
      }
      assertNamesItsNode(docker.run("exec", name, "true"));
      assertNamesItsNode(docker.run("rm", "-f", name));
      assertThat(docker.run("inspect", "-f", "{{.Node.Name}}", name).ok()).isEqualTo("node-1");
      Result logs = docker.run("logs", name);
      assertThat(logs.out().strip()).isEqualTo("kept");
      assertNamesItsNode(logs);
    }
    Awaitility.await()
        .atMost(RECOVERY)
        .until(() -> docker.run("exec", name, "echo", "back").out().strip().equals("back"));
  }

  private static void assertNamesItsNode(Result refused) {
    assertThat(refused.exit()).as(refused.toString()).isNotZero();
    assertThat(refused.err()).contains("node-1 is down");
  }
}
