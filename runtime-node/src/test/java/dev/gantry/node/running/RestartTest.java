package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What restart policies do, seen from outside. */
class RestartTest {
  @TempDir static Path root;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String run(String policy, String script) throws Exception {
    return run(policy, script, "");
  }

  private static String run(String policy, String script, String host) throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sh","-c","%s"],"HostConfig":{"NetworkMode":"none",
             "RestartPolicy":{"Name":"%s"}%s}}
            """
                .formatted(script, policy, host));
    assertThat(post(id, "start").status()).isEqualTo(200);
    return id;
  }

  private static RunningNode.Answer post(String id, String action) throws Exception {
    return node.call("POST", "/containers/" + id + "/" + action, null);
  }

  private static String status(String id) throws Exception {
    return node.inspect(id).at("/State/Status").asString("");
  }

  private static int restarts(String id) throws Exception {
    return node.inspect(id).path("RestartCount").asInt();
  }

  private static void awaitStatus(String id, String status) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> status(id).equals(status));
  }

  /** Waits for a back-off that is long enough to do something in it. */
  private static void awaitLongBackOff(String id) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> restarts(id) >= 5 && status(id).equals("restarting"));
  }

  @Test
  void aContainerThatWaitsIsRunningForWhoAsks() throws Exception {
    String id = run("always", "exit 3");
    awaitLongBackOff(id);

    JsonNode state = node.inspect(id).get("State");
    assertThat(state.get("Running").asBoolean()).isTrue();
    assertThat(state.get("Restarting").asBoolean()).isTrue();
    assertThat(state.get("ExitCode").asInt()).isEqualTo(3);
    assertThat(post(id, "start").body().toString()).contains("false");
    assertThat(post(id, "pause").detail()).contains("is restarting, wait until the container");
    assertThat(post(id, "stop").body().toString()).contains("true");
    assertThat(status(id)).isEqualTo("exited");
    assertThat(node.inspect(id).at("/State/ExitCode").asInt()).isEqualTo(3);
  }

  @Test
  void aStartByTheUserCountsAnew() throws Exception {
    String id = run("always", "exit 3");
    awaitLongBackOff(id);
    post(id, "stop");
    assertThat(restarts(id)).isGreaterThanOrEqualTo(5);

    post(id, "start");

    assertThat(restarts(id)).isLessThan(3);
  }

  @Test
  void aForcedRemovalTakesWhatIsJustStartingAgain() throws Exception {
    for (int i = 0; i < 30; i++) {
      String id = run("always", "exit 0");
      await().atMost(Duration.ofSeconds(20)).until(() -> restarts(id) >= 1);

      assertThat(node.call("DELETE", "/containers/" + id + "?force=true", null).detail()).isEmpty();
    }
  }

  @Test
  void waitEndsWithTheRunAlsoWhereAnotherFollows() throws Exception {
    String id = run("always", "sleep 1; exit 5");

    try (NodeStream wait = node.stream("POST", "/containers/" + id + "/wait", "")) {
      assertThat(wait.raw()).isEqualTo("{\"StatusCode\":5}\n");
    }
  }

  @Test
  void aSignalOfTheUserEndsThePolicyWhereNoOtherIsNamedForThat() throws Exception {
    String script = "trap 'exit 6' USR1; while :; do sleep 0.1; done";
    String any = run("always", script);
    String named = run("always", script, "},\"StopSignal\":\"SIGTERM\",\"Labels\":{");
    post(any, "kill?signal=USR1");
    post(named, "kill?signal=USR1");

    awaitStatus(any, "exited");
    await().atMost(Duration.ofSeconds(20)).until(() -> restarts(named) == 1);
  }

  @Test
  void aStopWithAnotherSignalIsAStop() throws Exception {
    String id =
        run(
            "always",
            "trap 'exit 6' USR1; while :; do sleep 0.1; done",
            "},\"StopSignal\":\"SIGTERM\",\"Labels\":{");

    post(id, "stop?signal=USR1");

    assertThat(status(id)).isEqualTo("exited");
    assertThat(restarts(id)).isZero();
  }

  @Test
  void aRestartThatFailsEndsThePolicy() throws Exception {
    Path source = Files.createFile(root.resolve("bound"));
    String id =
        run(
            "always",
            "sleep 1; exit 7",
            ",\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"%s\",\"Target\":\"/f\"}]"
                .formatted(source));
    Files.delete(source);

    awaitStatus(id, "exited");

    JsonNode state = node.inspect(id).get("State");
    assertThat(state.get("ExitCode").asInt()).isEqualTo(7);
    assertThat(state.get("Error").asString()).isNotEmpty();
    assertThat(restarts(id)).isEqualTo(1);
  }

  @Test
  void aStartOfTheNodeStartsWhatShallRun() throws Exception {
    String always = run("always", "sleep 1000");
    String unless = run("unless-stopped", "sleep 1000");
    String ends = run("unless-stopped", "sleep 3; sleep 1000");
    String failure = run("on-failure", "sleep 1000");
    String waits = run("always", "test -e /again && sleep 1000; touch /again; exit 1");
    post(always, "stop?t=0");
    post(unless, "stop?t=0");
    post(failure, "stop?t=0");
    int pid = node.inspect(ends).at("/State/Pid").asInt();
    node.kill();
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    node.start("");

    awaitStatus(always, "running");
    awaitStatus(ends, "running");
    awaitStatus(waits, "running");
    assertThat(node.inspect(always).path("RestartCount").asInt()).isZero();
    assertThat(status(unless)).isEqualTo("exited");
    assertThat(status(failure)).isEqualTo("exited");
  }
}
