package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Execs on a real kernel, with either runtime. */
@ParameterizedClass
@ValueSource(strings = {"crun", "runc"})
@SuppressWarnings("NullAway.Init") // the fields are set before each round
class ExecTest {
  private static final String START = "{}";

  private static Path root;
  private static RunningNode node;
  private final String runtime;
  private String id;

  ExecTest(String runtime) {
    this.runtime = runtime;
  }

  @BeforeParameterizedClassInvocation
  static void start(String runtime) throws Exception {
    root = Files.createTempDirectory("gantry-exec");
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9", runtime);
    node.start("");
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  @BeforeEach
  void container() throws Exception {
    id =
        node.create(
            "{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"60\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}");
    node.call("POST", "/containers/" + id + "/start", null);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  @Test
  void anExecHasItsOwnStreamsAndCode() throws Exception {
    assertThat(outcome("\"sh\",\"-c\",\"echo out; exit 7\"")).containsExactly("out\n", "7");
    assertThat(outcome("\"sh\",\"-c\",\"kill -9 $$\"")).containsExactly("", "137");
    assertThat(outcome("\"nosuch\"")[1]).isEqualTo("127");
    assertThat(outcome("\"nosuch\"")[0])
        .containsOnlyOnce("executable file not found in $PATH")
        .doesNotContain("crun");
    assertThat(outcome("\"/etc/passwd\"")[0]).contains("permission denied");
    assertThat(outcome("\"/etc/passwd\"")[1]).isEqualTo("126");
  }

  @Test
  void theStartSaysWhetherThereAreFrames() throws Exception {
    String plain = create("\"echo\",\"hi\"");
    try (NodeStream stream = node.stream("POST", "/exec/" + plain + "/start", "{\"Tty\":true}")) {
      assertThat(stream.raw()).isEqualTo("hi\n");
    }
    String tty =
        node.call(
                "POST",
                "/containers/" + id + "/exec",
                EngineJson.MAPPER.readTree(
                    "{\"Cmd\":[\"echo\",\"hi\"],\"AttachStdout\":true,\"Tty\":true}"))
            .body()
            .get("Id")
            .asString();
    try (NodeStream stream = node.stream("POST", "/exec/" + tty + "/start", START)) {
      assertThat(stream.text()).isEqualTo("hi\r\n");
    }
  }

  @Test
  void aTerminalHasItsSizeBeforeItsProcessRuns() throws Exception {
    // crun sets that of an exec while the process begins; until then there is none to tell.
    String await =
        runtime.equals("crun") ? "until [ -n \\\"$(stty size 2>/dev/null)\\\" ]; do :; done; " : "";
    String fields =
        "\"AttachStdout\":true,\"Tty\":true,\"Cmd\":[\"sh\",\"-c\",\"" + await + "stty size\"]";
    String exec = execOf(fields + ",\"ConsoleSize\":[33,90]").body().get("Id").asString();
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", "{\"Tty\":true}")) {
      assertThat(stream.raw()).isEqualTo("33 90\r\n");
    }
    exec = execOf(fields + ",\"ConsoleSize\":[33,90]").body().get("Id").asString();
    String start = "{\"Tty\":true,\"ConsoleSize\":[12,345]}";
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", start)) {
      assertThat(stream.raw()).as("the start has the last word").isEqualTo("12 345\r\n");
    }
    for (String size : List.of("[1]", "[-1,2]", "[1,65536]")) {
      assertThat(execOf(fields + ",\"ConsoleSize\":" + size).status()).isEqualTo(400);
    }
    String container =
        node.create(
            """
            {"Image":"b","Cmd":["stty","size"],"Tty":true,
             "HostConfig":{"NetworkMode":"none","ConsoleSize":[44,55]}}
            """);
    try (NodeStream wait =
        node.stream("POST", "/containers/" + container + "/wait?condition=next-exit", "")) {
      node.call("POST", "/containers/" + container + "/start", null);
      wait.raw();
    }
    try (NodeStream logs =
        node.stream("GET", "/containers/" + container + "/logs?stdout=true", "")) {
      assertThat(logs.raw()).isEqualTo("44 55\r\n");
    }
  }

  @Test
  void whoHasEndedItsInputIsAskedWhetherItIsThere() throws Exception {
    String exec = create("\"sh\",\"-c\",\"while [ ! -e /go ]; do sleep 0.1; done; cat /go\"");
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", START)) {
      stream.endInput();
      assertThat(stream.frame()).as("a frame without content").isEmpty();
      assertThat(stream.frame()).as("and another").isEmpty();
      node.output(id, "sh", "-c", "echo late >/go.new; ln /go.new /go");
      assertThat(stream.text()).isEqualTo("late\n");
    }
  }

  @Test
  void whoLeavesFreesItsPlaceAndTheProcessGoesOn() throws Exception {
    await().until(() -> node.threads("stream-input") == 0);
    String exec = create("\"sleep\",\"1000\"");
    try (NodeStream left = node.stream("POST", "/exec/" + exec + "/start", START)) {
      assertThat(left.head()).startsWith("HTTP/1.1 101 ");
      await().until(() -> inspect(exec).get("Running").asBoolean());
    }
    await().until(() -> node.threads("stream-input") == 0);
    if (runtime.equals("crun")) {
      await().until(() -> node.threads("abandoned-exec") == 1);
    }
    assertThat(inspect(exec).get("Running").asBoolean()).isTrue();
  }

  private RunningNode.Answer execOf(String fields) throws Exception {
    return node.call(
        "POST", "/containers/" + id + "/exec", EngineJson.MAPPER.readTree("{" + fields + "}"));
  }

  @Test
  void inputOfAnySizeArrivesAndEnds() throws Exception {
    String exec = create("\"sh\",\"-c\",\"sleep 0.3; wc -c\"");
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", START)) {
      String piece = "x".repeat(50_000);
      for (int i = 0; i < 40; i++) {
        stream.send(piece);
      }
      stream.endInput();
      assertThat(stream.text().strip()).isEqualTo("2000000");
    }
  }

  @Test
  void aClientThatDoesNotReadMakesTheProcessWait() throws Exception {
    assumeTrue(runtime.equals("crun"), "conmon writes to a file, and the process never waits");
    String exec = create("\"sh\",\"-c\",\"yes | head -c 60000000; echo written >/tmp/written\"");
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", START)) {
      await().until(() -> inspect(exec).get("Pid").asInt() > 0);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> outcome("\"cat\",\"/tmp/written\"")[0].contains("No such file"));
      assertThat(stream.text()).hasSize(60_000_000);
    }
    assertThat(inspect(exec).get("ExitCode").asInt()).isZero();
  }

  @Test
  void aClientThatLeavesDoesNotEndTheProcess() throws Exception {
    String exec = create("\"sh\",\"-c\",\"yes | head -c 60000000; cat; exit 5\"");
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", START)) {
      await().until(() -> inspect(exec).get("Running").asBoolean());
      stream.send("something");
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> inspect(exec).get("ExitCode").asString().equals("5"));
  }

  @Test
  void aChildThatKeepsTheStreamsDoesNotHoldTheClient() throws Exception {
    assertThat(outcome("\"sh\",\"-c\",\"sleep 50 & echo begun\"")).containsExactly("begun\n", "0");
  }

  @Test
  void theContainerKnowsItsExecsWhileTheyRunAndKeepsNothingOfThem() throws Exception {
    String exec = create("\"sh\",\"-c\",\"read x\"");
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", START)) {
      await().until(() -> inspect(exec).get("Pid").asInt() > 0);
      Path process = Path.of("/proc", inspect(exec).get("Pid").asString());
      // The number is there shortly before the runtime has become the command.
      await().until(() -> Files.readString(process.resolve("cmdline")).equals("sh\0-c\0read x\0"));
      assertThat(node.inspect(id).get("ExecIDs").get(0).asString()).isEqualTo(exec);
      stream.endInput();
      assertThat(stream.text()).isEmpty();
    }
    node.call(
        "POST",
        "/exec/" + create("\"true\"") + "/start",
        EngineJson.MAPPER.readTree("{\"Detach\":true}"));
    await().until(() -> node.inspect(id).path("ExecIDs").isEmpty());
    await().untilAsserted(() -> assertThat(traces()).isEmpty());
    await().untilAsserted(() -> assertThat(node.threads("stream-input")).isZero());
  }

  /** Everything that lies in a folder of execs, or is a link to it. */
  private static List<Path> traces() throws Exception {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        String named = Files.isSymbolicLink(path) ? Files.readSymbolicLink(path).toString() : "";
        if ((path + " " + named).contains("/execs/")) {
          found.add(path);
        }
      }
    }
    return found;
  }

  private String[] outcome(String command) throws Exception {
    String exec = create(command);
    try (NodeStream stream = node.stream("POST", "/exec/" + exec + "/start", START)) {
      String text = stream.text();
      return new String[] {text, inspect(exec).get("ExitCode").asString()};
    }
  }

  private String create(String command) throws Exception {
    String body =
        "{\"AttachStdin\":true,\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[%s]}"
            .formatted(command);
    return node.call("POST", "/containers/" + id + "/exec", EngineJson.MAPPER.readTree(body))
        .body()
        .get("Id")
        .asString();
  }

  private static JsonNode inspect(String exec) throws Exception {
    return node.call("GET", "/exec/" + exec + "/json", null).body();
  }
}
