package dev.gantry.node.cgroup;

import static dev.gantry.node.cgroup.CgroupFiles.set;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Version 2: one hierarchy (kernel documentation, admin-guide/cgroup-v2). */
final class CgroupsV2 implements Cgroups {
  private static final long MICRO = 1000;
  private static final int WEIGHT = 100;
  private static final int BFQ_WEIGHT = 100;

  private final Path root;
  private final String parent;
  private final ExpectedMove expected;

  CgroupsV2(Path root, String parent, ExpectedMove expected) {
    this.root = root;
    this.parent = parent;
    this.expected = expected;
  }

  @Override
  public String version() {
    return "2";
  }

  @Override
  public String path(String container) {
    return "/" + parent + "/" + container;
  }

  private Path group(String container) {
    return root.resolve(parent).resolve(container);
  }

  @Override
  public void expectMove() {
    expected.begin();
  }

  @Override
  public Usage usage(String container) throws IOException {
    Path group = group(container);
    Map<String, Long> cpu = CgroupFiles.table(group.resolve("cpu.stat"));
    Map<String, Long> events = CgroupFiles.table(group.resolve("memory.events"));
    return new Usage(
        cpu.getOrDefault("usage_usec", 0L) * MICRO,
        null,
        cpu.getOrDefault("user_usec", 0L) * MICRO,
        cpu.getOrDefault("system_usec", 0L) * MICRO,
        cpu.getOrDefault("nr_periods", 0L),
        cpu.getOrDefault("nr_throttled", 0L),
        cpu.getOrDefault("throttled_usec", 0L) * MICRO,
        CgroupFiles.number(group.resolve("memory.current"), 0),
        CgroupFiles.number(group.resolve("memory.peak"), 0),
        CgroupFiles.number(group.resolve("memory.max"), HostMemory.total()),
        events.getOrDefault("max", 0L),
        CgroupFiles.table(group.resolve("memory.stat")),
        CgroupFiles.number(group.resolve("pids.current"), 0),
        CgroupFiles.number(group.resolve("pids.max"), 0),
        blockIo(group));
  }

  private static List<Usage.BlockIo> blockIo(Path group) throws IOException {
    List<Usage.BlockIo> all = new ArrayList<>();
    for (String line : CgroupFiles.text(group.resolve("io.stat")).split("\n")) {
      String[] words = line.split(" ");
      String[] device = words[0].split(":");
      if (device.length == 2 && words.length >= 5) {
        long major = Long.parseLong(device[0]);
        long minor = Long.parseLong(device[1]);
        all.add(
            new Usage.BlockIo(major, minor, "read", value(words, "rbytes"), value(words, "rios")));
        all.add(
            new Usage.BlockIo(major, minor, "write", value(words, "wbytes"), value(words, "wios")));
      }
    }
    return all;
  }

  private static long value(String[] words, String key) {
    for (String word : words) {
      if (word.startsWith(key + "=")) {
        return Long.parseLong(word.substring(key.length() + 1));
      }
    }
    return 0;
  }

  @Override
  public Set<Integer> pids(String container) throws IOException {
    return CgroupFiles.pids(group(container));
  }

  @Override
  public void freeze(String container) throws IOException {
    Path group = group(container);
    Files.writeString(group.resolve("cgroup.freeze"), "1");
    while (CgroupFiles.table(group.resolve("cgroup.events")).getOrDefault("frozen", 1L) == 0) {
      LockSupport.parkNanos(500_000);
    }
  }

  @Override
  public void thaw(String container) throws IOException {
    Path file = group(container).resolve("cgroup.freeze");
    if (Files.exists(file)) {
      Files.writeString(file, "0");
    }
  }

  @Override
  public void limit(String container, Limits limits) throws IOException {
    Path group = group(container);
    set(group.resolve("memory.low"), Long.toString(limits.reservation()));
    set(group.resolve("memory.swap.max"), swap(limits));
    set(group.resolve("memory.max"), orUnlimited(limits.memory()));
    set(group.resolve("cpu.weight"), Long.toString(cpuWeight(limits.shares())));
    long period = limits.period() == 0 ? Limits.PERIOD : limits.period();
    set(group.resolve("cpu.max"), orUnlimited(limits.quota()) + " " + period);
    set(group.resolve("cpuset.cpus"), limits.cpus());
    set(group.resolve("cpuset.mems"), limits.mems());
    set(group.resolve("pids.max"), orUnlimited(limits.pids()));
    long weight = limits.blkioWeight() == 0 ? BFQ_WEIGHT : limits.blkioWeight();
    set(group.resolve("io.bfq.weight"), "default " + weight);
    set(group.resolve("io.weight"), "default " + ioWeight(limits.blkioWeight()));
  }

  /** The API counts memory and swap together, the kernel swap alone. */
  private static String swap(Limits limits) {
    boolean bounded = limits.memory() > 0 && limits.swap() > 0;
    return bounded ? Long.toString(limits.swap() - limits.memory()) : "max";
  }

  private static String orUnlimited(long value) {
    return value <= 0 ? "max" : Long.toString(value);
  }

  /** 2 to 262144 become 1 to 10000, as the OCI runtimes convert them. */
  static long cpuWeight(long shares) {
    return shares == 0 ? WEIGHT : 1 + (Math.max(2, shares) - 2) * 9999 / 262_142;
  }

  /** 10 to 1000 become 1 to 10000. */
  static long ioWeight(long weight) {
    return weight == 0 ? WEIGHT : 1 + (weight - 10) * 9999 / 990;
  }

  @Override
  public long oomKills(String container) throws IOException {
    return CgroupFiles.table(group(container).resolve("memory.events"))
        .getOrDefault("oom_kill", 0L);
  }

  @Override
  public void remove(String container) throws IOException {
    CgroupFiles.removeTree(group(container));
  }

  @Override
  public List<String> containers() throws IOException {
    return List.copyOf(CgroupFiles.children(root.resolve(parent)));
  }

  @Override
  public void removeParent() throws IOException {
    Files.deleteIfExists(root.resolve(parent));
  }
}
