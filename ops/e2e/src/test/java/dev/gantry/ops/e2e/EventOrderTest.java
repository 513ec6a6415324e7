package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

  @Test
  void images() {
    String tag = "events-" + Long.toHexString(System.nanoTime());
    docker.run("tag", "busybox", tag + ":1").ok();
    docker.run("rmi", tag + ":1").ok();
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
