package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.WebSocketClient.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /containers/{id}/attach/ws}. */
class WebSocketTest {
  private static final String ALL = "?stream=1&stdin=1&stdout=1&stderr=1";

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  private String created(String script, String... options) {
    String name = containers.name();
    List<String> command = new ArrayList<>(List.of("create", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sh", "-c", script));
    docker.run(command.toArray(String[]::new)).ok();
    return name;
  }

  private static WebSocketClient attach(String version, String name, String query)
      throws IOException {
    return WebSocketClient.open("/" + version + "/containers/" + name + "/attach/ws" + query);
  }

  @ParameterizedTest
  @CsvSource({"v1.24, 1", "v1.27, 1", "v1.28, 2", "v1.41, 2", "v1.51, 2"})
  void whatIsWrittenComesAsItIsInTheVersionsKindOfFrames(String version, int kind)
      throws Exception {
    String name = created("read x; echo got-$x; printf 'caf\\303\\251' >&2; read y; exit 3", "-i");
    try (WebSocketClient client = attach(version, name, ALL)) {
      assertThat(client.head())
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      docker.run("start", name).ok();
      client.send("one\n");
      client.send(WebSocketClient.TEXT, "two\n".getBytes(UTF_8));
      assertThat(new String(client.toTheEnd(kind), UTF_8)).isEqualTo("got-one\ncafé");
    }
    assertThat(docker.run("wait", name).ok()).isEqualTo("3");
  }

  @Test
  void streamsAreChosenSinceTheyCanBe() throws Exception {
    for (String version : new String[] {"v1.41", "v1.42"}) {
      String name = created("echo out; sleep 0.1; echo err >&2");
      try (WebSocketClient client = attach(version, name, "?stream=1&stderr=1")) {
        docker.run("start", name).ok();
        assertThat(new String(client.toTheEnd(WebSocketClient.BINARY), UTF_8))
            .isEqualTo(version.equals("v1.41") ? "out\nerr\n" : "err\n");
      }
      try (WebSocketClient client = attach(version, name, "?logs=1&stdout=1")) {
        assertThat(new String(client.toTheEnd(WebSocketClient.BINARY), UTF_8))
            .isEqualTo(version.equals("v1.41") ? "out\nerr\n" : "out\n");
      }
    }
  }

  @Test
  void frameOfAnyLengthIsPassedOnAndPingsAreAnswered() throws Exception {
    String name = created("head -c 3000000 | md5sum; sleep 1000", "-i");
    docker.run("start", name).ok();
    byte[] much = "0123456789".repeat(300_000).getBytes(UTF_8);
    try (WebSocketClient client = attach("v1.51", name, ALL)) {
      client.send(WebSocketClient.PING, "there?".getBytes(UTF_8));
      Frame pong = client.receive();
      assertThat(pong.kind()).isEqualTo(WebSocketClient.PONG);
      assertThat(pong.text()).isEqualTo("there?");
      client.send(WebSocketClient.BINARY, much);
      assertThat(client.receive().text()).startsWith("55a95d24c5e52ee25a245028a1768961");
    }
  }

  @Test
  void inATerminalTheKeysDetach() throws Exception {
    String name = created("cat", "-it");
    docker.run("start", name).ok();
    // As a lenient client sends it: a bracket that is not escaped.
    try (WebSocketClient client = attach("v1.51", name, ALL + "&detachKeys=ctrl-],x")) {
      client.send("a\u001dx");
      client.toTheEnd(WebSocketClient.BINARY);
    }
    assertThat(docker.run("inspect", "-f", "{{.State.Status}}", name).ok()).isEqualTo("running");
  }

  @Test
  void theEndOfTheClientIsTheEndOfInputThatIsGivenOnce() throws Exception {
    String name = created("cat; echo after", "-i");
    docker.run("start", name).ok();
    try (WebSocketClient client = attach("v1.51", name, ALL)) {
      client.send("word\n");
      assertThat(client.receive().text()).isEqualTo("word\n");
      client.sendClose();
    }
    assertThat(docker.run("wait", name).ok()).isEqualTo("0");
    assertThat(docker.run("logs", name).ok()).isEqualTo("word\nafter");
  }

  @Test
  void aClientThatLeavesIsNoticedAlsoWhereItDidNotRead() throws Exception {
    String idle = created("sleep 1000");
    String busy = created("yes | head -c 50000000; echo; echo done; sleep 1000");
    docker.run("start", idle, busy).ok();
    for (String name : new String[] {idle, busy}) {
      try (WebSocketClient client = attach("v1.51", name, ALL)) {
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        if (name.equals(busy)) {
          // Nobody reads, and the container comes to its end.
          Awaitility.await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> docker.run("logs", "--tail", "1", name).out().equals("done\n"));
        }
        assertThat(Processes.threads("control", "to-websocket")).isPositive();
      }
      Awaitility.await().until(() -> Processes.threads("control", "to-websocket") == 0);
    }
  }

  @Test
  void whatCannotBeIsRefusedBeforeTheHandshake() throws Exception {
    String name = created("cat", "-it");
    docker.run("start", name).ok();
    refused(404, "No such container: no-such", "/containers/no-such/attach/ws");
    refused(
        400,
        "Invalid detach keys (no-key) provided",
        "/containers/" + name + "/attach/ws?stream=1&detachKeys=no-key");
    docker.run("pause", name).ok();
    refused(409, "is paused, unpause", "/containers/" + name + "/attach/ws" + ALL);
    docker.run("unpause", name).ok();
    Http.Answer plain = Http.call("GET", "/containers/" + name + "/attach/ws", "");
    assertThat(plain.status()).isEqualTo(400);
    assertThat(plain.body()).contains("{\"message\":\"not a websocket handshake");
  }

  private static void refused(int status, String message, String path) throws IOException {
    try (WebSocketClient client = WebSocketClient.open(path)) {
      assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ");
      int length =
          Integer.parseInt(
              client.head().replaceAll("(?is).*content-length: *(\\d+).*", "$1").strip());
      assertThat(client.body(length)).contains("{\"message\":\"").contains(message);
    }
  }
}
