package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Each container has the OCI runtime that it asked for, for as long as it is there. */
class RuntimeChoiceTest {
  @TempDir static Path root;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9", "crun");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    assertThat(node.check()).isEmpty();
  }

  private static String request(String runtime) {
    return """
    {"Image":"b","Cmd":["sleep","60"],"HostConfig":{"NetworkMode":"none","Runtime":%s}}
    """
        .formatted(runtime);
  }

  private static String running(String runtime) throws Exception {
    String id = node.create(request(runtime));
    call(id, "start");
    return id;
  }

  private static void call(String id, String action) throws Exception {
    var answer = node.call("POST", "/containers/" + id + "/" + action, null);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(200);
  }

  /** Which runtime keeps the container: each has files of its own. */
  private static String keeper(String id) {
    Path state = root.resolve("run/gantry/nodes/node-1/runtime").resolve(id);
    assertThat(state).isDirectory();
    return Files.exists(state.resolve("state.json")) ? "runc" : "crun";
  }

  @Test
  void aContainerHasTheRuntimeThatItNames() throws Exception {
    for (String name : new String[] {"runc", "io.containerd.runc.v2"}) {
      String id = running('"' + name + '"');
      assertThat(keeper(id)).isEqualTo("runc");
      assertThat(node.inspect(id).at("/HostConfig/Runtime").asString()).isEqualTo(name);
    }
    for (String none : new String[] {"null", "\"\""}) {
      String id = running(none);
      assertThat(keeper(id)).isEqualTo("crun");
      assertThat(node.inspect(id).at("/HostConfig/Runtime").asString()).isEqualTo("crun");
    }
  }

  @Test
  void anUnknownOneIsRefused() throws Exception {
    var answer = node.create(ContainerId.random(new SecureRandom()), request("\"kata\""));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail()).isEqualTo("unknown or invalid runtime name: kata");
  }

  @Test
  void itStaysItsOwnWhenTheAgentStartsAnew() throws Exception {
    String id = running("\"runc\"");
    String old = running("\"crun\"");
    node.kill();
    forgetRuntime(old);
    node.start("");

    assertThat(node.output(id, "echo", "still").strip()).isEqualTo("still");
    assertThat(node.output(old, "echo", "here").strip()).isEqualTo("here");
    call(id, "restart?t=0");
    assertThat(keeper(id)).isEqualTo("runc");
    call(id, "pause");
    call(id, "unpause");
    call(id, "stop?t=0");
  }

  @Test
  void anInterruptedStartIsUndone() throws Exception {
    node.kill();
    node.start("start.afterCreate=kill");
    String id = node.create(request("\"runc\""));
    try {
      node.call("POST", "/containers/" + id + "/start", null);
    } catch (java.io.IOException _) {
      // The process is gone.
    }
    assertThat(keeper(id)).isEqualTo("runc");
    node.kill();
    node.start("");

    assertThat(node.check()).isEmpty();
    call(id, "start");
    assertThat(keeper(id)).isEqualTo("runc");
  }

  /** Makes a record what it was before there was a choice. */
  private static void forgetRuntime(String id) throws Exception {
    Path file = root.resolve("var/lib/gantry/nodes/node-1/containers/" + id + "/record.json");
    var record = (ObjectNode) EngineJson.MAPPER.readTree(file.toFile());
    assertThat(((ObjectNode) record.get("spec")).remove("runtime").asString()).isEqualTo("crun");
    Files.write(file, EngineJson.MAPPER.writeValueAsBytes(record));
  }
}
