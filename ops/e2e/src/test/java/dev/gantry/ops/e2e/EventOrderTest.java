package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every action that the engine tells, in its order and with its attributes, as {@code
 * ops/lib/scenario} shows dockerd to tell them.
 */
class EventOrderTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Of each event, or another each time. */
  private static final Set<String> LEFT_OUT =
      Set.of("container", "image", "imageID", "execID", "execDuration", "label");

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final Instant since = Instant.now();
  @TempDir Path folder;

  /** Events from this test's beginning, each as type, action and attributes. */
  private List<String> events(String filter) {
    List<String> told = new ArrayList<>();
    for (String line :
        docker
            .run(
                "events",
                "--since",
                since.toString(),
                "--until",
                Instant.now().toString(),
                "--filter",
                filter,
                "--format",
                "{{json .}}")
            .lines()) {
      JsonNode event = JSON.readTree(line);
      TreeMap<String, String> attributes = new TreeMap<>();
      for (var attribute : event.at("/Actor/Attributes").properties()) {
        attributes.put(attribute.getKey(), attribute.getValue().asString());
      }
      attributes.keySet().removeAll(LEFT_OUT);
      if (event.get("Type").asString().equals("container")) {
        attributes.remove("name");
      }
      told.add(
          event.get("Type").asString() + " " + event.get("Action").asString() + " " + attributes);
    }
    return told;
  }

  private void expect(String filter, String... expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(events(filter)).containsExactly(expected));
  }

  private static final String CREATE = "container create {}";
  private static final String START = "container start {}";
  private static final String CONNECT = "network connect {name=bridge, type=bridge}";
  private static final String DISCONNECT = "network disconnect {name=bridge, type=bridge}";
  private static final String KILLED = "container die {exitCode=137}";
  private static final String TERM = "container kill {signal=15}";
  private static final String KILL = "container kill {signal=9}";

  @Test
  void aLife() {
    String name = containers.name();
    String volume = containers.volume();
    docker
        .run(
            "create",
            "--name",
            name,
            "-l",
            "label=x",
            "-v",
            volume + ":/v",
            "busybox",
            "sleep",
            "999")
        .ok();
    String id = docker.inspect(name).get("Id").asString();
    docker.run("start", name).ok();
    docker.run("pause", name).ok();
    docker.run("unpause", name).ok();
    docker.run("rename", name, name + "-new").ok();
    docker.run("rename", name + "-new", name).ok();
    docker.run("kill", "-s", "USR1", name).ok();
    docker.run("restart", "-t", "0", name).ok();
    docker.run("stop", "-t", "0", name).ok();
    docker.run("start", name).ok();
    docker.run("kill", name).ok();
    Awaitility.await().until(() -> !docker.inspect(name).at("/State/Running").asBoolean());
    docker.run("rm", name).ok();
    String mount = "volume mount {destination=/v, driver=local, propagation=, read/write=true}";
    String unmount = "volume unmount {driver=local}";
    expect(
        "container=" + id,
        CREATE,
        mount,
        CONNECT,
        START,
        "container pause {}",
        "container unpause {}",
        "container rename {oldName=/" + name + "}",
        "container rename {oldName=/" + name + "-new}",
        "container kill {signal=10}",
        TERM,
        KILL,
        KILLED,
        DISCONNECT,
        unmount,
        "container stop {}",
        mount,
        CONNECT,
        START,
        "container restart {}",
        TERM,
        KILL,
        KILLED,
        DISCONNECT,
        unmount,
        "container stop {}",
        mount,
        CONNECT,
        START,
        KILL,
        KILLED,
        DISCONNECT,
        unmount,
        "container destroy {}");
    expect("volume=" + volume, events("volume=" + volume).toArray(String[]::new));
    assertThat(events("volume=" + volume).getFirst()).isEqualTo("volume create {driver=local}");
  }

  @Test
  void whatIsDoneToOneThatRuns() throws IOException {
    String name = containers.name();
    String network = containers.network();
    docker.run("network", "create", network).ok();
    String id = docker.run("run", "-d", "--name", name, "busybox", "sleep", "999").ok();
    docker.run("exec", name, "sh", "-c", "exit 3");
    docker.run("top", name).ok();
    Path file = Files.writeString(folder.resolve("file"), "x");
    docker.run("cp", name + ":/etc/hostname", folder.resolve("out").toString()).ok();
    docker.run("cp", file.toString(), name + ":/tmp").ok();
    docker.run("update", "--memory", "64m", "--memory-swap", "64m", name).ok();
    docker.run("network", "connect", network, name).ok();
    docker.run("network", "disconnect", network, name).ok();
    Http.call("POST", "/containers/" + name + "/resize?h=10&w=20", "");
    docker.run("commit", "-m", "note", name, name + ":1").ok();
    docker.run("export", "-o", folder.resolve("tar").toString(), name).ok();
    docker.run("stats", "--no-stream", name).ok();
    docker.run("logs", name).ok();
    docker.run("diff", name).ok();
    docker.run("rmi", name + ":1").ok();
    expect(
        "container=" + id,
        CREATE,
        CONNECT,
        START,
        "container exec_create: sh -c exit 3 {}",
        "container exec_start: sh -c exit 3 {}",
        "container exec_die {exitCode=3}",
        "container top {}",
        "container archive-path {}",
        "container extract-to-dir {}",
        "container update {}",
        "network connect {name=" + network + ", type=bridge}",
        "network disconnect {name=" + network + ", type=bridge}",
        "container resize {height=10, width=20}",
        "container pause {}",
        "container unpause {}",
        "container commit {comment=note, imageRef=" + name + ":1}",
        "container export {}");
  }

  @Test
  void howRunsEnd() {
    String oom = containers.name();
    docker.run("run", "--name", oom, "-m", "8m", "busybox", "tail", "/dev/zero");
    expect(
        "container=" + docker.inspect(oom).get("Id").asString(),
        CREATE,
        "container attach {}",
        CONNECT,
        START,
        "container oom {}",
        KILLED,
        DISCONNECT);
    String sick = containers.name();
    String id =
        docker
            .run(
                "run",
                "-d",
                "--name",
                sick,
                "--health-cmd",
                "false",
                "--health-retries",
                "1",
                "--health-interval",
                "0.5s",
                "--network",
                "none",
                "busybox",
                "sleep",
                "99")
            .ok();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(events("container=" + id))
                    .startsWith(CREATE, "network connect {name=none, type=null}", START)
                    .contains("container health_status: unhealthy {}"));
    String absent = containers.name();
    docker.run("run", "--name", absent, "busybox", "no-such-program");
    expect(
        "container=" + docker.inspect(absent).get("Id").asString(), CREATE, "container attach {}");
  }

  /** The docker CLI looks for the keys itself; here the engine gets them. */
  @Test
  void keysThatDetach() throws IOException {
    String name = containers.name();
    String id = docker.run("create", "-it", "--name", name, "busybox", "sh").ok();
    docker.run("start", name).ok();
    String attach = "/containers/" + name + "/attach?stream=1&stdin=1&stdout=1";
    hijacked(attach, "", "\u0010\u0011");
    hijacked(attach + "&detachKeys=ctrl-x,a", "", "\u0018a");
    String command = "\"Cmd\":[\"cat\"],\"AttachStdin\":true,\"AttachStdout\":true";
    for (boolean tty : new boolean[] {true, false}) {
      Http.Answer made =
          Http.call(
              "POST", "/containers/" + name + "/exec", "{" + command + ",\"Tty\":" + tty + "}");
      String exec = JSON.readTree(made.body()).get("Id").asString();
      // What is no terminal's is input, whatever it looks like.
      hijacked(
          "/exec/" + exec + "/start", "{\"Tty\":" + tty + "}", tty ? "\u0010\u0011" : "\u0011");
    }
    expect(
        "container=" + id,
        CREATE,
        CONNECT,
        START,
        "container attach {}",
        "container detach {}",
        "container attach {}",
        "container detach {}",
        "container exec_create: cat {}",
        "container exec_start: cat {}",
        "container exec_detach {}",
        "container exec_create: cat {}",
        "container exec_start: cat {}",
        "container exec_die {exitCode=0}");
  }

  /** Sends what stands behind the head and then its end, and reads until the engine closes. */
  private static void hijacked(String path, String body, String input) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(Platform.socket()));
      String head =
          "POST %s HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n".formatted(path)
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length());
      channel.write(ByteBuffer.wrap((head + body + input).getBytes(ISO_8859_1)));
      if (!body.contains("true") && !body.isEmpty()) {
        channel.shutdownOutput();
      }
      ByteBuffer read = ByteBuffer.allocate(1024);
      while (channel.read(read) >= 0) {
        read.clear();
      }
    }
  }

  @Test
  void prunes() {
    String mark = "mark=" + Long.toHexString(System.nanoTime());
    String name = containers.name();
    String script = "dd if=/dev/zero of=/file bs=1000 count=50";
    docker.run("run", "--name", name, "-l", mark, "busybox", "sh", "-c", script).ok();
    docker.run("container", "prune", "-f", "--filter", "label=" + mark).ok();
    docker.run("volume", "create", "--label", mark, containers.volume()).ok();
    docker.run("volume", "prune", "-af", "--filter", "label=" + mark).ok();
    docker.run("network", "create", "--label", mark, containers.network()).ok();
    docker.run("network", "prune", "-f", "--filter", "label=" + mark).ok();
    docker.runWithInput(new byte[1024], "import", "-c", "LABEL " + mark, "-").ok();
    docker.run("image", "prune", "-f", "--filter", "label=" + mark).ok();
    // Others may prune meanwhile: of each prune there is one event behind that of its removal.
    expectPruned("container", "container destroy");
    expectPruned("volume", "volume destroy");
    expectPruned("network", "network destroy");
    expectPruned("image", "image delete");
    assertThat(events("type=container"))
        .anySatisfy(
            event -> assertThat(event).matches("container prune \\{reclaimed=[1-9][0-9]{4,}\\}"));
  }

  private void expectPruned(String type, String removal) {
    Awaitility.await()
        .untilAsserted(
            () -> {
              List<String> told =
                  events("type=" + type).stream()
                      .filter(event -> event.startsWith(removal) || event.contains(" prune "))
                      .toList();
              assertThat(told.toString())
                  .containsPattern(removal + " [^ ]+.*" + type + " prune \\{reclaimed=\\d+\\}");
            });
  }

  @Test
  void images() {
    String tag = "events-" + Long.toHexString(System.nanoTime());
    docker.run("tag", "busybox", tag + ":1").ok();
    docker.run("rmi", tag + ":1").ok();
    String id = docker.inspect("busybox").get("Id").asString();
    docker.run("save", "-o", folder.resolve("saved").toString(), "busybox").ok();
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(events("event=save")).contains("image save {name=" + id + "}"));
    docker
        .runWithInput(
            new byte[1024], "import", "-c", "LABEL label=x", "-c", "LABEL k=v", "-", tag + ":2")
        .ok();
    docker.run("rmi", tag + ":2").ok();
    expect(
        "image=" + tag,
        "image tag {name=" + tag + ":1}",
        "image untag {name=" + tag + ":1}",
        "image import {k=v, name=" + tag + ":2}",
        "image tag {k=v, name=" + tag + ":2}",
        "image untag {k=v, name=" + tag + ":2}");
    assertThat(events("label=k=v")).anyMatch(event -> event.startsWith("image delete {k=v"));
  }
}
