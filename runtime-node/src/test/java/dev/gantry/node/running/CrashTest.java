package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.kernel.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the node at its fault points and looks at what the next start makes of it: kernel and
 * record agree, what was asked for is wholly there or wholly absent, and whatever is there can be
 * removed.
 */
class CrashTest {
  /** One of each kind; {@code -Dgantry.crash=all} goes through all, with either runtime. */
  private static final Map<String, List<String>> SOME =
      Map.of(
          "crun",
          List.of(
              "create.afterRecord",
              "start.beforeRecord",
              "exec.afterRuntime",
              "commit.paused",
              "exit.afterRecord",
              "remove.afterSnapshot"),
          "runc",
          List.of("start.afterCreate"));

  private static final List<String> ALL =
      List.of(
          "create.beforeLayers",
          "create.beforeRecord",
          "create.afterRecord",
          "create.afterVolumes",
          "start.beforeSnapshot",
          "start.beforeMounts",
          "start.beforeNamespaces",
          "start.beforeNetwork",
          "start.beforeBundle",
          "start.beforeRuntime",
          "start.afterCreate",
          "start.afterRuntime",
          "start.beforeRecord",
          "start.afterRecord",
          "exec.beforeRuntime",
          "exec.afterRuntime",
          "update.beforeRecord",
          "connect.beforeRecord",
          "disconnect.afterRecord",
          "commit.paused",
          "commit.written",
          "stop.afterSignal",
          "exit.beforeRecord",
          "exit.afterRecord",
          "remove.afterRecord",
          "remove.afterHooks",
          "remove.afterSnapshot",
          "remove.afterLog",
          "remove.beforeDelete");

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void everyFaultPointIsRepaired(String runtime) throws Exception {
    // Nothing listens there: facts wait on the disk, and nothing else waits for them.
    try (var node = new RunningNode(root, "127.0.0.1:9", runtime)) {
      List<String> some = SOME.getOrDefault(runtime, List.of());
      for (String point : "all".equals(System.getProperty("gantry.crash")) ? ALL : some) {
        node.start(point + "=kill");
        var id = ContainerId.random(new SecureRandom());
        boolean all = live(node, id);
        await()
            .alias(point + " was passed")
            .atMost(Duration.ofSeconds(10))
            .until(() -> !node.isAlive());
        assertThat(all).as("an answer after %s", point).isFalse();
        node.start("");
        await()
            .alias(point)
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(node.check()).as(point).isEmpty());
        removable(node, id, runtime.equals("runc"), point);
        assertThat(Mounts.below(root)).as(point).isEmpty();
        assertThat(processesOf(id)).as(point).isEmpty();
        node.kill();
      }
      node.start("");
    }
  }

  /** A container's whole life; false where the node died on the way. */
  private static boolean live(RunningNode node, ContainerId id) throws Exception {
    String path = "/containers/" + id;
    try {
      node.create(
          id,
          """
           {"Image":"b","Cmd":["sleep","60"],"Volumes":{"/v":{}},"HostConfig":{"IpcMode":"shareable","Mounts":[
           {"Type":"volume","Source":"memory","Target":"/m","VolumeOptions":
            {"DriverConfig":{"Options":{"type":"tmpfs","device":"tmpfs"}}}},
           {"Type":"volume","Source":"part","Target":"/p","VolumeOptions":{"Subpath":"."}}]}}
          """);
      node.call("POST", path + "/start", null);
      // One that is read has pipes under crun, a detached one is always under conmon.
      String unused = node.output(id.value(), "true");
      var exec =
          node.call(
              "POST",
              path + "/exec",
              dev.gantry.engine.EngineJson.MAPPER.readTree("{\"Cmd\":[\"true\"]}"));
      node.call(
          "POST",
          "/exec/" + exec.body().get("Id").asString() + "/start",
          dev.gantry.engine.EngineJson.MAPPER.readTree("{\"Detach\":true}"));
      node.call(
          "POST",
          path + "/update",
          dev.gantry.engine.EngineJson.MAPPER.readTree("{\"PidsLimit\":50}"));
      node.call(
          "POST",
          path + "/networks",
          dev.gantry.engine.EngineJson.MAPPER.readTree(
              "{\"name\":\"net-1\",\"endpoint\":{\"NetworkID\":\"net-1\"}}"));
      node.call("DELETE", path + "/networks/net-1", null);
      node.call(
          "POST",
          path + "/commit",
          dev.gantry.engine.EngineJson.MAPPER.readTree(
              """
              {"repository":"r","tag":"","comment":"","author":"","pause":true,"changes":[]}
              """));
      node.call("POST", path + "/stop?t=0", null);
      node.call("DELETE", path + "?v=true", null);
      return node.isAlive();
    } catch (IOException _) {
      return false;
    }
  }

  /** The container is absent, or can be removed: as it was found, or after it was started again. */
  private static void removable(RunningNode node, ContainerId id, boolean again, String point)
      throws Exception {
    String path = "/containers/" + id;
    var inspect = node.call("GET", path + "/json", null);
    if (inspect.status() == 200) {
      assertThat(inspect.body().at("/State/Paused").asBoolean()).as(point).isFalse();
      if (again) {
        assertThat(node.call("POST", path + "/start", null).status()).as(point).isEqualTo(200);
      }
      assertThat(node.call("DELETE", path + "?force=true&v=true", null).status())
          .as(point)
          .isEqualTo(204);
    }
    node.removeAll();
    assertThat(node.check()).as(point).isEmpty();
  }

  /** Processes that name the container: its monitor, and a runtime that works on it. */
  private static List<String> processesOf(ContainerId id) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(command -> command.contains(id.value()))
        .toList();
  }
}
