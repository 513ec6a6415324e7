package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.node.kernel.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Health checks on a real kernel, with either runtime. */
@ParameterizedClass
@ValueSource(strings = {"crun", "runc"})
@SuppressWarnings("NullAway.Init") // the fields are set before each round
class HealthTest {
  private static Path root;
  private static RunningNode node;

  @SuppressWarnings("UnusedVariable") // names the round
  private final String runtime;

  HealthTest(String runtime) {
    this.runtime = runtime;
  }

  @BeforeParameterizedClassInvocation
  static void start(String runtime) throws Exception {
    root = Files.createTempDirectory("gantry-health");
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9", runtime);
    node.start("");
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String run(String test, String more) throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"none"},
             "Env":["WORD=said"],"WorkingDir":"/tmp",
             "Healthcheck":{"Test":["CMD-SHELL","%s"],"Interval":200000000%s}}
            """
                .formatted(test, more));
    node.call("POST", "/containers/" + id + "/start", null);
    return id;
  }

  private static JsonNode health(String id) throws Exception {
    return node.inspect(id).at("/State/Health");
  }

  private static String status(String id) throws Exception {
    return health(id).path("Status").asString("");
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20));
  }

  private static void exec(String id, String command) throws Exception {
    String exec =
        node.call(
                "POST",
                "/containers/" + id + "/exec",
                Map.of("AttachStdout", true, "Cmd", List.of("sh", "-c", command)))
            .body()
            .path("Id")
            .asString("");
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", "{}")) {
      stream.text();
    }
  }

  @Test
  void aContainerIsHealthyThenUnhealthyThenHealthy() throws Exception {
    String id = run("echo $WORD; pwd; test ! -e sick", ",\"Retries\":2");
    assertThat(status(id)).isIn("starting", "healthy");
    soon().until(() -> status(id).equals("healthy"));
    JsonNode last = health(id).get("Log").get(0);
    assertThat(last.get("Output").asString()).isEqualTo("said\n/tmp\n");
    assertThat(last.get("ExitCode").asInt()).isZero();

    exec(id, "touch sick");
    soon().until(() -> status(id).equals("unhealthy"));
    assertThat(health(id).get("FailingStreak").asInt()).isGreaterThanOrEqualTo(2);

    exec(id, "rm sick");
    soon().until(() -> status(id).equals("healthy"));
    assertThat(health(id).get("FailingStreak").asInt()).isZero();
    soon().until(() -> health(id).get("Log").size() == 5);
  }

  @Test
  void aProbeThatTakesTooLongIsKilledWithItsChildren() throws Exception {
    String id =
        run(
            "echo waits; sleep 51 & (sleep 52 &) ; sleep 53",
            ",\"Retries\":1,\"Timeout\":300000000");
    soon().until(() -> status(id).equals("unhealthy"));

    JsonNode first = health(id).get("Log").get(0);
    assertThat(first.get("ExitCode").asInt()).isEqualTo(-1);
    assertThat(first.get("Output").asString())
        .isEqualTo("Health check exceeded timeout (300ms): waits\n");
    // Between two probes there is the container's own process only.
    soon().pollInterval(Duration.ofMillis(20)).until(() -> pids(id).size() == 1);
  }

  @Test
  void outputIsBoundedAndWhatCannotRunIsTold() throws Exception {
    String talks = run("yes | head -c 5000", "");
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"none"},
             "Healthcheck":{"Test":["CMD","/nonexistent"],"Interval":200000000}}
            """);
    node.call("POST", "/containers/" + id + "/start", null);

    soon().until(() -> status(talks).equals("healthy"));
    soon().until(() -> status(id).equals("unhealthy"));

    assertThat(health(talks).get("Log").get(0).get("Output").asString())
        .hasSize(4099)
        .endsWith("...");
    JsonNode last = health(id).get("Log").get(0);
    assertThat(last.get("ExitCode").asInt()).isEqualTo(-1);
    assertThat(last.get("Output").asString()).contains("no such file or directory");
  }

  @Test
  void aPausedContainerIsNotProbedAndAnEndedOneKeepsItsLog() throws Exception {
    String id = run("true", "");
    soon().until(() -> status(id).equals("healthy"));

    node.call("POST", "/containers/" + id + "/pause", null);
    assertThat(status(id)).isEqualTo("unhealthy");
    node.call("POST", "/containers/" + id + "/unpause", null);
    soon().until(() -> status(id).equals("healthy"));
    node.call("POST", "/containers/" + id + "/stop?t=0", null);

    assertThat(status(id)).isEqualTo("unhealthy");
    assertThat(health(id).get("Log").size()).isPositive();
    node.call("POST", "/containers/" + id + "/start", null);
    assertThat(status(id)).isIn("starting", "healthy");
  }

  @Test
  void checksGoOnAfterTheNodeWasKilled() throws Exception {
    String id = run("test ! -e sick", ",\"Retries\":2");
    soon().until(() -> status(id).equals("healthy"));
    node.kill();
    node.start("");

    assertThat(status(id)).isEqualTo("healthy");
    exec(id, "touch sick");
    soon().until(() -> status(id).equals("unhealthy"));
    node.kill();
    node.start("");
    assertThat(status(id)).isEqualTo("unhealthy");
    assertThat(health(id).get("Log").size()).isPositive();
  }

  @Test
  void aProbeThatTheNodeLeftBehindIsKilledAtItsStart() throws Exception {
    String id = run("exec sleep 1000", "");
    soon().until(() -> pids(id).size() == 2);
    String left = pids(id).getLast();
    node.kill();
    node.start("");

    assertThat(pids(id)).doesNotContain(left);
    soon().until(() -> pids(id).size() == 2);
  }

  private static List<String> pids(String id) throws Exception {
    return node.call("GET", "/containers/" + id + "/top", null)
        .body()
        .path("Processes")
        .valueStream()
        .map(row -> row.get(1).asString())
        .toList();
  }

  @Test
  void aRecordTellsTheStatusToOthersWithoutTheOutput() throws Exception {
    String id = run("echo s3cret", "");
    soon().until(() -> status(id).equals("healthy"));

    String all = node.call("GET", "/containers", null).body().toString();

    assertThat(all).contains(id, "\"Status\":\"healthy\"").doesNotContain("s3cret\\n");
  }
}
