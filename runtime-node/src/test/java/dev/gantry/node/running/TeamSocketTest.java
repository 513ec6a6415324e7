package dev.gantry.node.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The sockets of containers, with either runtime, up to a gateway that tells who it was told. */
@ParameterizedClass
@ValueSource(strings = {"crun", "runc"})
@SuppressWarnings("NullAway.Init") // the fields are set before each round
class TeamSocketTest {
  private static final String SOCKET = "/var/run/docker.sock";
  private static final int MOST = 64;

  private static Path root;
  private static RunningNode node;
  private final String runtime;

  TeamSocketTest(String runtime) {
    this.runtime = runtime;
  }

  @BeforeParameterizedClassInvocation
  static void start(String runtime) throws Exception {
    root = Files.createTempDirectory("gantry-socket");
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
    node.gateway().away(false);
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String json(String host) {
    return "{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"600\"],\"HostConfig\":{\"NetworkMode\":\"none\","
        + host
        + "}}";
  }

  private static String run(String host) throws Exception {
    String id = node.create(json(host));
    assertThat(node.call("POST", "/containers/" + id + "/start", null).status()).isEqualTo(200);
    return id;
  }

  private static String withSocket() throws Exception {
    return run("\"Binds\":[\"%s:%s\"]".formatted(SOCKET, SOCKET));
  }

  /** A path in a running container, from outside: the mounts there are the container's. */
  private static Path inside(String id, String path) throws Exception {
    return Path.of("/proc/" + node.inspect(id).at("/State/Pid").asInt() + "/root" + path);
  }

  private static SocketChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String said(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(65536);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toString(UTF_8);
  }

  /** Says something, ends its side, and takes what is said until the other ends its own. */
  private static String talk(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    channel.shutdownOutput();
    return said(channel);
  }

  private static String talk(Path socket, String text) throws IOException {
    try (SocketChannel channel = connect(socket)) {
      return talk(channel, text);
    }
  }

  private static String greeting(String team, String id) {
    return "CN=node-1,O=gantry-platform " + team + " " + id + " ";
  }

  @Test
  void itSpeaksForItsContainerAndIsToldAsItWasAskedFor() throws Exception {
    String id = run("\"Binds\":[\"%s:%s:ro\"]".formatted(SOCKET, SOCKET));

    assertThat(talk(inside(id, SOCKET), "hello")).isEqualTo(greeting("default", id) + "hello");

    JsonNode told = node.inspect(id);
    assertThat(told.at("/HostConfig/Binds/0").asString()).isEqualTo(SOCKET + ":" + SOCKET + ":ro");
    assertThat(told.at("/Mounts/0/Type").asString()).isEqualTo("bind");
    assertThat(told.at("/Mounts/0/Source").asString()).isEqualTo(SOCKET);
    assertThat(told.at("/Mounts/0/RW").asBoolean()).isFalse();
    assertThat(Files.readAttributes(inside(id, SOCKET), "unix:mode,uid").get("mode"))
        .isEqualTo(0140660);
  }

  @Test
  void anyPlaceAndEveryWayToAskForItWill() throws Exception {
    String id =
        run(
            """
            "Mounts":[{"Type":"bind","Source":"/run/docker.sock","Target":"/tmp/engine"}],
            "Binds":["/var/run/../run/docker.sock:/data/other"]
            """);
    assertThat(talk(inside(id, "/tmp/engine"), "1")).isEqualTo(greeting("default", id) + "1");
    assertThat(talk(inside(id, "/data/other"), "2")).isEqualTo(greeting("default", id) + "2");

    String heir = run("\"VolumesFrom\":[\"" + id + "\"]");
    assertThat(talk(inside(heir, "/tmp/engine"), "3")).isEqualTo(greeting("default", heir) + "3");
  }

  @Test
  void aTeamThatMayBindNothingOfTheHostMayHaveIt() throws Exception {
    var request = node.createRequest(json("\"Binds\":[\"%s:/s\"]".formatted(SOCKET)), "shop");
    String id = request.id().value();
    assertThat(node.call("POST", "/containers", request, "shop").status()).isEqualTo(201);
    assertThat(node.call("POST", "/containers/" + id + "/start", null, "shop").status())
        .isEqualTo(200);
    JsonNode told = node.call("GET", "/containers/" + id + "/json", null, "shop").body();
    Path socket = Path.of("/proc/" + told.at("/State/Pid").asInt() + "/root/s");
    assertThat(talk(socket, "")).isEqualTo(greeting("shop", id));
    assertThat(node.call("DELETE", "/containers/" + id + "?force=true", null, "shop").status())
        .isEqualTo(204);
  }

  @Test
  void aTeamThatMayNotHaveItIsToldSo() throws Exception {
    var answer =
        node.call(
            "POST",
            "/containers",
            node.createRequest(json("\"Binds\":[\"%s:/s\"]".formatted(SOCKET)), "barred"),
            "barred");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.detail())
        .isEqualTo("team barred may not have its socket in containers: " + SOCKET);
  }

  @Test
  void theContainerHasTheSocketAndNoDescriptorOfIt() throws Exception {
    String id = withSocket();
    try (Stream<Path> open =
        Files.list(Path.of("/proc/" + node.inspect(id).at("/State/Pid").asInt() + "/fd"))) {
      for (Path descriptor : open.toList()) {
        assertThat(Files.readSymbolicLink(descriptor).toString()).doesNotStartWith("socket:");
      }
    }
  }

  @Test
  void itOutlivesTheAgentAndWhoConnectsMeanwhileIsServedAfterwards() throws Exception {
    String id = withSocket();
    Path socket = inside(id, SOCKET);
    Object file = Files.getAttribute(socket, "unix:ino");
    SocketChannel before = connect(socket);
    assertThat(read(before)).isEqualTo(greeting("default", id));
    node.kill();
    assertThat(said(before)).isEmpty();
    before.close();
    try (SocketChannel meanwhile = connect(socket)) {
      node.start("");
      assertThat(talk(meanwhile, "waited")).isEqualTo(greeting("default", id) + "waited");
    }
    assertThat(talk(socket, "again")).isEqualTo(greeting("default", id) + "again");
    assertThat(Files.getAttribute(socket, "unix:ino")).isEqualTo(file);
  }

  private static String read(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(65536);
    assertThat(channel.read(buffer)).isPositive();
    return new String(buffer.array(), 0, buffer.position(), UTF_8);
  }

  @Test
  void whileNoGatewayIsThereTheAnswerSaysSo() throws Exception {
    String id = withSocket();
    Path socket = inside(id, SOCKET);
    node.gateway().away(true);
    String answer = talk(socket, "GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 503 ")
        .contains("\r\nRetry-After: 2\r\n", "\r\nConnection: close\r\n");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertThat(EngineJson.MAPPER.readTree(body).path("message").asString())
        .startsWith("api-gateway is unavailable: ");
    node.gateway().away(false);
    assertThat(talk(socket, "back")).isEqualTo(greeting("default", id) + "back");
  }

  @Test
  void aContainerHasSoManyConnectionsAndNoMore() throws Exception {
    String id = withSocket();
    Path socket = inside(id, SOCKET);
    List<SocketChannel> open = new ArrayList<>();
    try {
      for (int i = 0; i < MOST; i++) {
        SocketChannel one = connect(socket);
        open.add(one);
        assertThat(read(one)).isEqualTo(greeting("default", id));
      }
      assertThat(talk(socket, "one more")).startsWith("HTTP/1.1 503 ").contains("64 connections");
      assertThat(talk(open.removeFirst(), "the first")).isEqualTo("the first");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> talk(socket, "next").equals(greeting("default", id) + "next"));
    } finally {
      for (SocketChannel one : open) {
        one.close();
      }
    }
  }

  @Test
  void itsConnectionsEndWithTheContainer() throws Exception {
    String id = withSocket();
    int before = node.descriptors();
    try (SocketChannel open = connect(inside(id, SOCKET))) {
      assertThat(read(open)).isEqualTo(greeting("default", id));
      assertThat(node.call("POST", "/containers/" + id + "/kill", null).status()).isLessThan(300);
      assertThat(said(open)).isEmpty();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> node.descriptors() <= before);

    // The next run has a socket of its own.
    assertThat(node.call("POST", "/containers/" + id + "/start", null).status()).isEqualTo(200);
    assertThat(talk(inside(id, SOCKET), "2")).isEqualTo(greeting("default", id) + "2");
  }

  @Test
  void filesGoInBeforeItsFirstStart() throws Exception {
    String id = node.create(json("\"Binds\":[\"%s:%s\"]".formatted(SOCKET, SOCKET)));
    assertThat(
            node.raw("PUT", "/containers/" + id + "/archive?path=/data", new byte[1024])
                .statusCode())
        .isEqualTo(200);
    assertThat(node.call("POST", "/containers/" + id + "/start", null).status()).isEqualTo(200);
    assertThat(talk(inside(id, SOCKET), "")).isEqualTo(greeting("default", id));
  }
}
