package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Http.Answer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Engine API byte for byte, where clients depend on it. */
class WireTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @ParameterizedTest
  @ValueSource(strings = {"/_ping", "/v1.24/_ping", "/v1.51/_ping"})
  void pingTellsTheVersion(String path) throws IOException {
    for (String method : new String[] {"GET", "HEAD"}) {
      Answer answer = Http.call(method, path, "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.head())
          .containsIgnoringCase("api-version: 1.51")
          .containsIgnoringCase("ostype: linux");
      assertThat(answer.body()).isEqualTo(method.equals("GET") ? "OK" : "");
    }
  }

  @Test
  void versionsOutsideTheRangeAreRefused() throws IOException {
    Answer old = Http.call("GET", "/v1.23/version", "");
    assertThat(old.status()).isEqualTo(400);
    assertThat(old.body())
        .contains(
            "{\"message\":\"client version 1.23 is too old. Minimum supported API version is 1.24");
    Answer young = Http.call("GET", "/v1.99/version", "");
    assertThat(young.status()).isEqualTo(400);
    assertThat(young.body())
        .contains("client version 1.99 is too new. Maximum supported API version is 1.51");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /containers/no-such/json, 404, No such container: no-such",
    "POST, /v1.41/containers/no-such/start, 404, No such container: no-such",
    "GET, /images/no-such/json, 404, No such image: no-such:latest",
    "GET, /networks/no-such, 404, network no-such not found",
    "GET, /volumes/no-such, 404, no such volume",
    "GET, /exec/0123456789/json, 404, No such exec instance",
    "GET, /no/such/route, 404, page not found",
  })
  void absentThingsAreNotFound(String method, String path, int status, String message)
      throws IOException {
    Answer answer = Http.call(method, path, "");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains("{\"message\":\"").containsIgnoringCase(message);
    assertThat(answer.head()).containsIgnoringCase("content-type: application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"Image\":7}",
        "{\"Image\":\"busybox\"} x",
        "{\"Image\":\"busybox\",\"Image\":\"other\"}"
      })
  void malformedBodiesAreTheClientsFault(String body) throws IOException {
    Answer answer = Http.call("POST", "/containers/create", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"message\"");
  }

  @Test
  void createAndStartHaveTheirStatuses() throws IOException {
    String name = containers.name();
    String body = "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":null}";
    assertThat(Http.call("POST", "/containers/create?name=" + name, body).status()).isEqualTo(201);
    Answer clash = Http.call("POST", "/containers/create?name=" + name, body);
    assertThat(clash.status()).isEqualTo(409);
    assertThat(clash.body())
        .contains("Conflict. The container name")
        .contains("is already in use by container");
    assertThat(Http.call("POST", "/containers/" + name + "/start", "").status()).isEqualTo(204);
    assertThat(Http.call("POST", "/containers/" + name + "/start", "").status()).isEqualTo(304);
    assertThat(Http.call("DELETE", "/containers/" + name, "").status()).isEqualTo(409);
    assertThat(Http.call("POST", "/containers/" + name + "/stop?t=0", "").status()).isEqualTo(204);
    assertThat(Http.call("POST", "/containers/" + name + "/stop", "").status()).isEqualTo(304);
    assertThat(Http.call("POST", "/containers/" + name + "/kill", "").status()).isEqualTo(409);
    assertThat(Http.call("DELETE", "/containers/" + name, "").status()).isEqualTo(204);
    Answer absent = Http.call("POST", "/containers/create", "{\"Image\":\"no-such:1\"}");
    assertThat(absent.status()).isEqualTo(404);
    assertThat(absent.body()).contains("No such image: no-such:1");
  }

  @Test
  void anOldClientsRequestIsUnderstood() throws IOException {
    String raw = Http.raw("GET /events?since=1&until=2 HTTP/1.0\r\n\r\n");
    assertThat(raw).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("transfer-encoding");
  }

  @Test
  void filtersAreReadInBothForms() throws IOException {
    String name = containers.name();
    docker.run("create", "--name", name, "-l", "wire=" + name, "busybox").ok();
    String list = "%7B%22label%22%3A%5B%22wire%3D" + name + "%22%5D%7D";
    String map = "%7B%22label%22%3A%7B%22wire%3D" + name + "%22%3Atrue%7D%7D";
    for (String filters : new String[] {list, map}) {
      assertThat(Http.call("GET", "/v1.24/containers/json?all=1&filters=" + filters, "").body())
          .contains("/" + name)
          .contains("\"NetworkMode\"");
    }
  }

  @Test
  void swarmIsNotHere() throws IOException {
    Answer answer = Http.call("GET", "/swarm", "");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("This node is not a swarm manager");
  }

  @Test
  void aStreamThatIsOverLeavesNoThreadWhateverItsClientDoes() throws Exception {
    String name = containers.name();
    docker.run("run", "-d", "--name", name, "busybox", "sleep", "1000").ok();
    List<SocketChannel> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        String created =
            Http.call(
                    "POST",
                    "/containers/" + name + "/exec",
                    "{\"Cmd\":[\"true\"],\"AttachStdin\":true,\"AttachStdout\":true}")
                .body();
        String id = created.replaceAll(".*\"Id\":\"([0-9a-f]+)\".*", "$1").strip();
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        clients.add(client);
        client.connect(UnixDomainSocketAddress.of(Platform.socket()));
        client.write(
            ByteBuffer.wrap(
                ("POST /exec/"
                        + id
                        + "/start HTTP/1.1\r\n"
                        + "Host: docker\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Upgrade: tcp\r\n"
                        + "Content-Type: application/json\r\n"
                        + "Content-Length: 2\r\n\r\n"
                        + "{}")
                    .getBytes(US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(4096);
        while (client.read(answer) >= 0) {
          assertThat(answer.hasRemaining()).isTrue();
        }
      }
      // The clients keep their ends open: it is the gateway that has to let go.
      Awaitility.await().until(() -> Processes.threads("control", "from-client") == 0);
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  @Test
  void whoFollowsAndLeavesIsNoticed() throws Exception {
    String name = containers.name();
    docker.run("run", "-d", "--name", name, "busybox", "sleep", "1000").ok();
    // Who is attached and has ended its input may read on: its end is seen when there is output.
    String busy = containers.name();
    docker
        .run("run", "-d", "--name", busy, "busybox", "sh", "-c", "while sleep 0.2; do echo x; done")
        .ok();
    String[] streams = {
      "GET /containers/" + name + "/logs?follow=1&stdout=1",
      "GET /containers/" + name + "/stats",
      "GET /events?filters=%7B%22container%22%3A%5B%22" + name + "%22%5D%7D",
      "POST /containers/" + name + "/wait",
      "POST /containers/" + busy + "/attach?stream=1&stdout=1",
    };
    List<SocketChannel> clients = new ArrayList<>();
    try {
      for (String stream : streams) {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        clients.add(client);
        client.connect(UnixDomainSocketAddress.of(Platform.socket()));
        client.write(ByteBuffer.wrap((stream + " HTTP/1.1\r\nHost: d\r\n\r\n").getBytes(US_ASCII)));
        assertThat(client.read(ByteBuffer.allocate(4096))).isPositive();
      }
      Awaitility.await().until(() -> Processes.threads("control", "watch-client") >= 4);
      Awaitility.await().until(() -> Processes.threads("control", "from-client") >= 1);
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
    Awaitility.await().until(() -> Processes.threads("control", "watch-client") == 0);
    Awaitility.await().until(() -> Processes.threads("control", "from-client") == 0);
    Awaitility.await().until(() -> Processes.threads("node-1", "stream-input") == 0);
  }
}
