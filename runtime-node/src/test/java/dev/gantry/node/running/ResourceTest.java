package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.ops.testkit.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
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
    String shares = group(id, "cpu.shares", "cpu.weight");

    // The group above has no such time to give, where the kernel knows it at all.
    assertThat(update(id, "{\"CpuShares\":777,\"CpuRealtimeRuntime\":1000}").status())
        .isGreaterThanOrEqualTo(400);

    assertThat(group(id, "cpu.shares", "cpu.weight")).isEqualTo(shares);
    assertThat(node.inspect(id).at("/HostConfig/CpuShares").asLong()).isZero();
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

  /** What a container prints that shares something with another. */
  private static String output(String command, String host) throws Exception {
    String id =
        node.create(
            "{\"Image\":\"b\",\"Cmd\":[\"sh\",\"-c\",\"%s\"],\"HostConfig\":{%s}}"
                .formatted(command, host));
    try (NodeStream wait =
        node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
      started(id);
      wait.raw();
    }
    return node.logs(id);
  }

  private static String namespace(String id, String kind) throws Exception {
    int pid = node.inspect(id).at("/State/Pid").asInt();
    return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + kind)).toString();
  }

  @Test
  void namespacesOfAnotherContainerAreJoined() throws Exception {
    String donor = sleeping(",\"IpcMode\":\"shareable\",\"ShmSize\":1048576");

    String guest =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","60"],"HostConfig":{"NetworkMode":"container:%1$s",
             "PidMode":"container:%1$s","IpcMode":"container:%1$s"}}
            """
                .formatted(donor));
    started(guest);

    for (String kind : new String[] {"net", "pid", "ipc"}) {
      assertThat(namespace(guest, kind)).as(kind).isEqualTo(namespace(donor, kind));
    }
    assertThat(namespace(guest, "mnt")).isNotEqualTo(namespace(donor, "mnt"));
    assertThat(node.inspect(guest).at("/NetworkSettings/Networks").isEmpty()).isTrue();
    assertThat(node.check()).isEmpty();
    String shares = "\"NetworkMode\":\"none\",\"IpcMode\":\"container:" + donor + "\"";
    output("echo shared > /dev/shm/note", shares);
    assertThat(output("cat /dev/shm/note; df -k /dev/shm | tail -1", shares))
        .startsWith("shared\n")
        .contains("1024");
    assertThat(
            output("hostname; grep -c . /etc/hosts", "\"NetworkMode\":\"container:" + donor + "\""))
        .startsWith(donor.substring(0, 12) + "\n");
    node.call("POST", "/containers/" + donor + "/stop?t=0", null);
    node.call("DELETE", "/containers/" + guest + "?force=true", null);
    assertThat(node.check()).isEmpty();
  }

  @Test
  void joiningWhatDoesNotRunIsRefusedInTheEnginesWords() throws Exception {
    String idle = node.create(SLEEPS.formatted(""));
    String closed = sleeping("");
    String network = "\"NetworkMode\":\"container:%s\"".formatted(idle);
    String pid = "\"NetworkMode\":\"none\",\"PidMode\":\"container:%s\"".formatted(idle);
    String ipc = "\"NetworkMode\":\"none\",\"IpcMode\":\"container:%s\"".formatted(closed);

    assertThat(failure(network))
        .isEqualTo("cannot join network of a non running container: " + idle);
    assertThat(failure(pid)).isEqualTo("container " + idle + " is not running");
    assertThat(failure(ipc)).contains("non-shareable IPC (hint: use IpcMode:shareable");
    assertThat(refusal("\"PidMode\":\"container:nosuch\"")).isEqualTo("No such container: nosuch");
  }

  /** Why a container does not start. */
  private static String failure(String host) throws Exception {
    String id = node.create("{\"Image\":\"b\",\"HostConfig\":{" + host + "}}");
    return node.call("POST", "/containers/" + id + "/start", null).detail();
  }

  /** Why a container is not created. */
  private static String refusal(String host) throws Exception {
    return node.create(
            ContainerId.random(new SecureRandom()),
            "{\"Image\":\"b\",\"HostConfig\":{" + host + "}}")
        .detail();
  }

  @Test
  void withoutSharedMemoryThereIsNoFolderForIt() throws Exception {
    assertThat(
            output(
                "ls /dev/shm 2>/dev/null || echo none",
                "\"NetworkMode\":\"none\",\"IpcMode\":\"none\""))
        .endsWith("none\n");
  }

  @Test
  void aContainerAmongTheHostsProcessesEndsWhole() throws Exception {
    assertThat(
            output(
                "sleep 300 & readlink /proc/self/ns/pid",
                "\"NetworkMode\":\"none\",\"PidMode\":\"host\""))
        .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/pid")) + "\n");
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  @Test
  void limitsAndPrivilegesHoldInTheKernel() throws Exception {
    String seen =
        output(
            "ulimit -n; cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_default_ttl;"
                + " cat /proc/sys/kernel/domainname /proc/self/oom_score_adj;"
                + " grep -E 'CapEff|NoNewPrivs|Groups' /proc/self/status;"
                + " touch /x 2> /dev/null || echo readonly; cat /dev/mqueue/x 2> /dev/null;"
                + " mkdir /dev/shm/d 2> /dev/null || echo no mkdir",
            """
            "NetworkMode":"none","Ulimits":[{"Name":"nofile","Soft":100,"Hard":200}],
             "Sysctls":{"kernel.shmmax":"1000000","net.ipv4.ip_default_ttl":"33"},
             "CapDrop":["ALL"],"CapAdd":["CHOWN"],"OomScoreAdj":500,"ReadonlyRootfs":true,
             "GroupAdd":["777"],"SecurityOpt":["no-new-privileges","seccomp={\\"defaultAction\\":
             \\"SCMP_ACT_ALLOW\\",\\"syscalls\\":[{\\"names\\":[\\"mkdir\\",\\"mkdirat\\"],
             \\"action\\":\\"SCMP_ACT_ERRNO\\",\\"errnoRet\\":1}]}"]
            """
                .replace("\n", " "));

    assertThat(seen)
        .startsWith("100\n1000000\n33\n")
        .contains("\n500\n", "CapEff:\t0000000000000001", "NoNewPrivs:\t1", " 777", "readonly")
        .endsWith("no mkdir\n");
  }

  @Test
  void onlyDevicesThatWereGivenCanBeUsed() throws Exception {
    assumeThat(Path.of("/dev/loop-control")).exists();
    String tries =
        "(true < /dev/mine) && echo read; (true >> /dev/mine) 2> /dev/null || echo no write;"
            + " mknod /other c 10 234; (true < /other) 2> /dev/null || echo no other";

    assertThat(
            output(
                tries,
                """
                "NetworkMode":"none","Devices":[{"PathOnHost":"/dev/loop-control",
                 "PathInContainer":"/dev/mine","CgroupPermissions":"r"}]
                """))
        .isEqualTo("read\nno write\nno other\n");
  }

  @Test
  void aLinkHasTheAddressThatWasAskedFor() throws Exception {
    String id =
        node.create(
            "{\"Image\":\"b\",\"Cmd\":[\"cat\",\"/sys/class/net/eth0/address\"],"
                + "\"MacAddress\":\"02:42:11:22:33:44\"}");
    try (NodeStream wait =
        node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
      started(id);
      wait.raw();
    }

    assertThat(node.logs(id)).isEqualTo("02:42:11:22:33:44\n");
  }

  @Test
  void aRuleAllowsADeviceThatTheContainerMakesItself() throws Exception {
    String make = "mknod /mine c 10 237; (true < /mine) 2> /dev/null && echo read || echo denied";
    assumeThat(Path.of("/dev/loop-control")).exists();

    assertThat(output(make, "\"NetworkMode\":\"none\"")).isEqualTo("denied\n");
    assertThat(output(make, "\"NetworkMode\":\"none\",\"DeviceCgroupRules\":[\"c 10:237 r\"]"))
        .isEqualTo("read\n");
  }
}
