package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.EngineJson;
import dev.gantry.ops.testkit.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Limits, namespaces and privileges, as the kernel has them. */
class ResourceTest {
  private static final String SLEEPS =
      "{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"60\"],\"HostConfig\":{\"NetworkMode\":\"none\"%s}}";

  @TempDir static Path root;
  private static KafkaBroker broker;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.start();
    node = new RunningNode(root, broker.bootstrap(), "crun");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    broker.close();
  }

  @AfterEach
  void recordAndKernelAgree() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String sleeping(String host) throws Exception {
    String id = node.create(SLEEPS.formatted(host));
    started(id);
    return id;
  }

  private static void started(String id) throws Exception {
    var answer = node.call("POST", "/containers/" + id + "/start", null);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(200);
  }

  private static RunningNode.Answer update(String id, String json) throws Exception {
    return node.call("POST", "/containers/" + id + "/update", EngineJson.MAPPER.readTree(json));
  }

  /** A file of the container's control group, in whichever hierarchy has it. */
  private static String group(String id, String v1, String v2) throws Exception {
    try (Stream<Path> files =
        Files.find(
            Path.of("/sys/fs/cgroup"),
            6,
            (path, _) -> path.endsWith(Path.of(id, v1)) || path.endsWith(Path.of(id, v2)))) {
      return Files.readString(files.findFirst().orElseThrow()).strip();
    }
  }

  @Test
  void anUpdateWritesTheGroup() throws Exception {
    String id = sleeping(",\"Memory\":67108864");

    var answer =
        update(
            id,
            """
            {"Memory":134217728,"MemorySwap":134217728,"CpuQuota":50000,"CpuShares":512,
             "PidsLimit":50,"CpusetCpus":"0","RestartPolicy":{"Name":"always"}}
            """);

    assertThat(answer.status()).as(answer.detail()).isEqualTo(200);
    assertThat(answer.body().has("Warnings")).isTrue();
    assertThat(group(id, "memory.limit_in_bytes", "memory.max")).isEqualTo("134217728");
    assertThat(group(id, "cpu.cfs_quota_us", "cpu.max")).startsWith("50000");
    assertThat(group(id, "pids.max", "pids.max")).isEqualTo("50");
    assertThat(group(id, "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
    JsonNode host = node.inspect(id).get("HostConfig");
    assertThat(host.get("Memory").asLong()).isEqualTo(134217728);
    assertThat(host.at("/RestartPolicy/Name").asString()).isEqualTo("always");
    update(id, "{\"RestartPolicy\":{\"Name\":\"no\"}}");
  }

  @Test
  void anUpdateOfAPausedOrStoppedContainerHoldsToo() throws Exception {
    String id = node.create(SLEEPS.formatted(""));
    assertThat(update(id, "{\"PidsLimit\":20}").status()).isEqualTo(200);
    started(id);
    assertThat(group(id, "pids.max", "pids.max")).isEqualTo("20");
    node.call("POST", "/containers/" + id + "/pause", null);
    assertThat(update(id, "{\"PidsLimit\":30}").status()).isEqualTo(200);
    assertThat(group(id, "pids.max", "pids.max")).isEqualTo("30");
  }

  @Test
  void anUpdateThatTheKernelRefusesChangesNothing() throws Exception {
    String id = sleeping("");
    // More swap than memory is refused where there is no limit of memory.
    assertThat(update(id, "{\"CpuQuota\":5000,\"CpuPeriod\":1}").status()).isEqualTo(400);
    assertThat(group(id, "cpu.cfs_quota_us", "cpu.max")).doesNotStartWith("5000");
    assertThat(node.inspect(id).at("/HostConfig/CpuQuota").asLong()).isZero();
  }

  @Test
  void anUpdateThatACrashCutShortIsUndone() throws Exception {
    node.kill();
    node.start("update.beforeRecord=kill");
    String id = sleeping(",\"PidsLimit\":40");
    try {
      update(id, "{\"PidsLimit\":41}");
    } catch (java.io.IOException _) {
      // The process is gone.
    }
    assertThat(group(id, "pids.max", "pids.max")).isEqualTo("41");
    node.kill();
    node.start("");
    assertThat(node.inspect(id).at("/HostConfig/PidsLimit").asLong()).isEqualTo(40);
    assertThat(group(id, "pids.max", "pids.max")).isEqualTo("40");
  }

  private static JsonNode stats(String id, String query) throws Exception {
    try (NodeStream stream = node.stream("GET", "/containers/" + id + "/stats?" + query, "")) {
      return EngineJson.MAPPER.readTree(stream.raw());
    }
  }

  @Test
  void oneSampleServesAllWhoAskWithinASecond() throws Exception {
    String id = sleeping(",\"PidsLimit\":9");

    JsonNode first = stats(id, "stream=false");
    JsonNode second = stats(id, "stream=false&one-shot=true");

    assertThat(first.get("id").asString()).isEqualTo(id);
    assertThat(first.get("name").asString()).startsWith("/test-");
    assertThat(first.at("/pids_stats/limit").asLong()).isEqualTo(9);
    assertThat(first.at("/precpu_stats/system_cpu_usage").asLong()).isPositive();
    assertThat(first.at("/cpu_stats/system_cpu_usage").asLong())
        .isGreaterThan(first.at("/precpu_stats/system_cpu_usage").asLong());
    assertThat(first.at("/memory_stats/usage").asLong()).isPositive();
    assertThat(second.get("read").asString()).isEqualTo(first.get("read").asString());
  }

  @Test
  void aContainerThatDoesNotRunHasZeros() throws Exception {
    JsonNode stats = stats(node.create(SLEEPS.formatted("")), "stream=false");

    assertThat(stats.get("read").asString()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(stats.get("memory_stats").isEmpty()).isTrue();
    assertThat(stats.at("/cpu_stats/cpu_usage/total_usage").asLong()).isZero();
  }
}
