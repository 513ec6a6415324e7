package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.RestartPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an update changes, leaves and refuses. */
class HostUpdateTest {
  private static final ContainerId ID = new ContainerId("a".repeat(64));
  private static final ContainerSpec SPECS =
      new ContainerSpec(Kernels.PLAIN, new RuntimeNames("crun", Map.of("crun", "crun")), "host");

  private static HostConfig host(String json) {
    return EngineJson.MAPPER.readValue(json, HostConfig.class);
  }

  private static Admitted update(String now, String asked) {
    return SPECS.update(ID, HostDefaults.fill(host(now), "crun"), host(asked));
  }

  @Test
  void whatSaysNothingChangesNothing() {
    HostConfig now = HostDefaults.fill(host("{\"Memory\":20000000,\"Privileged\":true}"), "crun");

    HostConfig next =
        SPECS
            .update(
                ID,
                now,
                host(
                    """
                    {"Memory":0,"CpusetCpus":"","Devices":[],"OomKillDisable":false,"Ulimits":null,
                     "MemorySwappiness":-1,"RestartPolicy":{"Name":"","MaximumRetryCount":0}}
                    """))
            .host();

    assertThat(next).isEqualTo(now);
  }

  @Test
  void limitsAndPolicyAreReplaced() {
    HostConfig next =
        update(
                "{\"PidsLimit\":5}",
                """
                {"Memory":30000000,"MemorySwap":-1,"CpuShares":512,"PidsLimit":-1,"CpusetCpus":"1",
                 "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}}
                """)
            .host();

    assertThat(next.memorySwap()).isEqualTo(-1);
    assertThat(next.cpuShares()).isEqualTo(512);
    assertThat(next.pidsLimit()).isZero();
    assertThat(next.cpusetCpus()).isEqualTo("1");
    assertThat(next.restartPolicy()).isEqualTo(new RestartPolicy("on-failure", 3));
  }

  @Test
  void unlimitedSwapIsNoHindrance() {
    assertThat(update("{\"MemorySwap\":-1}", "{\"PidsLimit\":5}").host().pidsLimit()).isEqualTo(5);
  }

  @Test
  void whatTheKernelCannotKeepIsDiscardedAndTold() {
    Admitted admitted = update("{}", "{\"BlkioWeight\":300,\"CpuPercent\":3}");

    assertThat(admitted.host().blkioWeight()).isZero();
    assertThat(admitted.host().cpuPercent()).isZero();
    assertThat(admitted.warnings())
        .containsExactly(
            "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight"
                + " discarded.",
            "linux does not support CPU percent. Percent discarded.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|{\"Memory\":30000000}|Memory limit should be smaller than already set memoryswap limit",
        "{\"NanoCpus\":500000000}|{\"CpuQuota\":5000}|CPU Quota cannot be updated as NanoCPUs has",
        "{\"CpuPeriod\":5000}|{\"NanoCpus\":500000000}|Nano CPUs cannot be updated as CPU Period",
        "{\"AutoRemove\":true}|{\"RestartPolicy\":{\"Name\":\"always\"}}|because AutoRemove is",
        "{}|{\"Ulimits\":[{\"Name\":\"core\",\"Soft\":1,\"Hard\":1}]}|Ulimits cannot be changed",
        "{}|{\"Privileged\":true}|Privileged cannot be changed after create",
        "{}|{\"MemorySwappiness\":3}|MemorySwappiness cannot be changed after create",
        "{\"MemorySwap\":-1}|{\"Memory\":30000000}|Memory limit should be smaller than already",
        "{}|{\"MemorySwap\":30000000}|You should always set the Memory limit when using",
        "{\"Memory\":50000000}|{\"MemorySwap\":30000000}|Minimum memoryswap limit should be",
        "{}|{\"Memory\":1}|Minimum memory limit allowed is 6MB",
        "{}|{\"CpuShares\":1}|the minimum allowed cpu-shares is 2",
        "{}|{\"CpusetCpus\":\"x\"}|Invalid value x for cpuset cpus: invalid format: x",
        "{}|{\"CpusetMems\":\"5\"}|Requested memory nodes are not available - requested 5,"
            + " available: 0",
        "{}|{\"RestartPolicy\":{\"Name\":\"sometimes\"}}|unknown policy 'sometimes'"
      })
  void whatCannotBeIsRefused(String now, String asked, String words) {
    assertThatThrownBy(() -> update(now, asked)).hasMessageContaining(words);
  }
}
