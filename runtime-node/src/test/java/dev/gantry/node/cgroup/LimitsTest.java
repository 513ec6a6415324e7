package dev.gantry.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written into the files of either version for the limits of a container. */
class LimitsTest {
  private static final String ASKED =
      """
      {"Memory":100000000,"MemorySwap":150000000,"MemoryReservation":50000000,"CpuShares":512,
       "NanoCpus":1500000000,"CpusetCpus":"0","PidsLimit":9,"BlkioWeight":500}
      """;

  private static final ExpectedMove NONE = new ExpectedMove(Path.of("/absent"));

  @TempDir Path root;

  private static Limits limits(String json) {
    return Limits.of(EngineJson.MAPPER.readValue(json, HostConfig.class));
  }

  /** A file as the kernel has it before anything is written. */
  private void file(String path, String value) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, value);
  }

  private String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  @Test
  void versionTwoCountsSwapAloneAndSharesAsWeight() throws IOException {
    for (String name :
        new String[] {
          "memory.max",
          "memory.low",
          "memory.swap.max",
          "cpu.weight",
          "cpu.max",
          "cpuset.cpus",
          "pids.max",
          "io.weight"
        }) {
      file("g/c/" + name, "");
    }
    var groups = new CgroupsV2(root, "g", NONE);

    groups.limit("c", limits(ASKED));

    assertThat(read("g/c/memory.max")).isEqualTo("100000000");
    assertThat(read("g/c/memory.swap.max")).isEqualTo("50000000");
    assertThat(read("g/c/memory.low")).isEqualTo("50000000");
    assertThat(read("g/c/cpu.weight")).isEqualTo("20");
    assertThat(read("g/c/cpu.max")).isEqualTo("150000 100000");
    assertThat(read("g/c/cpuset.cpus")).isEqualTo("0");
    assertThat(read("g/c/pids.max")).isEqualTo("9");
    assertThat(read("g/c/io.weight")).isEqualTo("default 4950");

    groups.limit("c", limits("{}"));

    assertThat(read("g/c/memory.max")).isEqualTo("max");
    assertThat(read("g/c/memory.swap.max")).isEqualTo("max");
    assertThat(read("g/c/cpu.weight")).isEqualTo("100");
    assertThat(read("g/c/cpu.max")).isEqualTo("max 100000");
    assertThat(read("g/c/pids.max")).isEqualTo("max");
  }

  @Test
  void versionOneCountsMemoryAndSwapTogether() throws IOException {
    file("memory/g/c/memory.limit_in_bytes", "9223372036854771712");
    file("memory/g/c/memory.memsw.limit_in_bytes", "9223372036854771712");
    file("memory/g/c/memory.soft_limit_in_bytes", "9223372036854771712");
    file("cpu/g/c/cpu.shares", "1024");
    file("cpu/g/c/cpu.cfs_quota_us", "-1");
    file("cpu/g/c/cpu.cfs_period_us", "100000");
    file("cpuset/g/cpuset.cpus", "0-1");
    file("cpuset/g/c/cpuset.cpus", "0-1");
    file("pids/g/c/pids.max", "max");
    file("blkio/g/c/blkio.bfq.weight", "100");
    var groups = new CgroupsV1(root, "g", NONE);

    groups.limit("c", limits(ASKED));

    assertThat(read("memory/g/c/memory.limit_in_bytes")).isEqualTo("100000000");
    assertThat(read("memory/g/c/memory.memsw.limit_in_bytes")).isEqualTo("150000000");
    assertThat(read("memory/g/c/memory.soft_limit_in_bytes")).isEqualTo("50000000");
    assertThat(read("cpu/g/c/cpu.shares")).isEqualTo("512");
    assertThat(read("cpu/g/c/cpu.cfs_quota_us")).isEqualTo("150000");
    assertThat(read("cpuset/g/c/cpuset.cpus")).isEqualTo("0");
    assertThat(read("pids/g/c/pids.max")).isEqualTo("9");
    assertThat(read("blkio/g/c/blkio.bfq.weight")).isEqualTo("500");

    groups.limit("c", limits("{}"));

    assertThat(read("memory/g/c/memory.limit_in_bytes")).isEqualTo("-1");
    assertThat(read("cpu/g/c/cpu.cfs_quota_us")).isEqualTo("-1");
    assertThat(read("cpuset/g/c/cpuset.cpus")).isEqualTo("0-1");
    assertThat(read("blkio/g/c/blkio.bfq.weight")).isEqualTo("100");
  }

  @Test
  void aGroupThatIsGoneHasNothingToLimit() throws IOException {
    new CgroupsV1(root, "g", NONE).limit("c", limits(ASKED));
    new CgroupsV2(root, "g", NONE).limit("c", limits(ASKED));

    assertThat(root).isEmptyDirectory();
  }
}
