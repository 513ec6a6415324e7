package dev.gantry.node.cgroup;

import static dev.gantry.node.cgroup.CgroupFiles.set;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Version 1: a hierarchy a controller (kernel documentation, admin-guide/cgroup-v1). */
final class CgroupsV1 implements Cgroups {
  private static final long NO_LIMIT = 1L << 60;
  private static final long TICK_NANOS = 10_000_000;
  private static final String UNLIMITED = "-1";
  private static final int WEIGHT = 500;
  private static final int BFQ_WEIGHT = 100;

  private final Path root;
  private final String parent;
  private final ExpectedMove expected;

  CgroupsV1(Path root, String parent, ExpectedMove expected) {
    this.root = root;
    this.parent = parent;
    this.expected = expected;
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public String path(String container) {
    return "/" + parent + "/" + container;
  }

  private Path group(String controller, String container) {
    return root.resolve(controller).resolve(parent).resolve(container);
  }

  @Override
  public void expectMove() {
    expected.begin();
  }

  @Override
  public Usage usage(String container) throws IOException {
    Path memory = group("memory", container);
    Map<String, Long> cpu = CgroupFiles.table(group("cpuacct", container).resolve("cpuacct.stat"));
    Map<String, Long> quota = CgroupFiles.table(group("cpu", container).resolve("cpu.stat"));
    long limit = CgroupFiles.number(memory.resolve("memory.limit_in_bytes"), NO_LIMIT);
    return new Usage(
        CgroupFiles.number(group("cpuacct", container).resolve("cpuacct.usage"), 0),
        perCpu(group("cpuacct", container)),
        cpu.getOrDefault("user", 0L) * TICK_NANOS,
        cpu.getOrDefault("system", 0L) * TICK_NANOS,
        quota.getOrDefault("nr_periods", 0L),
        quota.getOrDefault("nr_throttled", 0L),
        quota.getOrDefault("throttled_time", 0L),
        CgroupFiles.number(memory.resolve("memory.usage_in_bytes"), 0),
        CgroupFiles.number(memory.resolve("memory.max_usage_in_bytes"), 0),
        limit >= NO_LIMIT ? HostMemory.total() : limit,
        CgroupFiles.number(memory.resolve("memory.failcnt"), 0),
        CgroupFiles.table(memory.resolve("memory.stat")),
        CgroupFiles.number(group("pids", container).resolve("pids.current"), 0),
        CgroupFiles.number(group("pids", container).resolve("pids.max"), 0),
        blockIo(container));
  }

  private static List<Long> perCpu(Path group) throws IOException {
    String text = CgroupFiles.text(group.resolve("cpuacct.usage_percpu"));
    return text.isEmpty() ? List.of() : Stream.of(text.split(" ")).map(Long::valueOf).toList();
  }

  private List<Usage.BlockIo> blockIo(String container) throws IOException {
    Path group = group("blkio", container);
    List<Usage.BlockIo> all = new ArrayList<>();
    String bytes = CgroupFiles.text(group.resolve("blkio.throttle.io_service_bytes"));
    String operations = CgroupFiles.text(group.resolve("blkio.throttle.io_serviced"));
    for (String line : bytes.split("\n")) {
      String[] words = line.split("[: ]");
      if (words.length == 4 && (words[2].equals("Read") || words[2].equals("Write"))) {
        String prefix = words[0] + ":" + words[1] + " " + words[2] + " ";
        long count =
            operations
                .lines()
                .filter(other -> other.startsWith(prefix))
                .mapToLong(other -> Long.parseLong(other.substring(prefix.length()).strip()))
                .sum();
        all.add(
            new Usage.BlockIo(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                words[2].toLowerCase(java.util.Locale.ROOT),
                Long.parseLong(words[3]),
                count));
      }
    }
    return all;
  }

  @Override
  public Set<Integer> pids(String container) throws IOException {
    return CgroupFiles.pids(group("pids", container));
  }

  @Override
  public void freeze(String container) throws IOException {
    Path state = group("freezer", container).resolve("freezer.state");
    Files.writeString(state, "FROZEN");
    while (!CgroupFiles.text(state).equals("FROZEN")) {
      // The kernel freezes each process at its next chance; there is no file that tells when.
      LockSupport.parkNanos(500_000);
      Files.writeString(state, "FROZEN");
    }
  }

  @Override
  public void thaw(String container) throws IOException {
    Path state = group("freezer", container).resolve("freezer.state");
    if (Files.exists(state)) {
      Files.writeString(state, "THAWED");
    }
  }

  @Override
  public void limit(String container, Limits limits) throws IOException {
    memory(group("memory", container), limits);
    Path cpu = group("cpu", container);
    set(cpu.resolve("cpu.shares"), orElse(limits.shares(), Limits.SHARES));
    // A period that the present quota does not fit is refused: first without a quota.
    Path quota = cpu.resolve("cpu.cfs_quota_us");
    Path period = cpu.resolve("cpu.cfs_period_us");
    String length = orElse(limits.period(), Limits.PERIOD);
    if (!CgroupFiles.text(period).equals(length)) {
      set(quota, UNLIMITED);
      set(period, length);
    }
    set(quota, orElse(limits.quota(), -1));
    if (limits.realtimePeriod() > 0) {
      set(cpu.resolve("cpu.rt_period_us"), Long.toString(limits.realtimePeriod()));
    }
    if (limits.realtimeRuntime() > 0) {
      set(cpu.resolve("cpu.rt_runtime_us"), Long.toString(limits.realtimeRuntime()));
    }
    place(group("cpuset", container), "cpuset.cpus", limits.cpus());
    place(group("cpuset", container), "cpuset.mems", limits.mems());
    set(
        group("pids", container).resolve("pids.max"),
        limits.pids() == 0 ? "max" : Long.toString(limits.pids()));
    weight(group("blkio", container), limits.blkioWeight());
  }

  /** Memory alone is never more than memory and swap, also in between. */
  private static void memory(Path group, Limits limits) throws IOException {
    Path alone = group.resolve("memory.limit_in_bytes");
    Path both = group.resolve("memory.memsw.limit_in_bytes");
    String memory = orElse(limits.memory(), -1);
    String swap = limits.memory() == 0 ? UNLIMITED : orElse(limits.swap(), -1);
    boolean grows =
        swap.equals(UNLIMITED) || Long.parseLong(swap) >= CgroupFiles.number(both, NO_LIMIT);
    if (grows) {
      set(both, swap);
    }
    set(alone, memory);
    if (!grows) {
      set(both, swap);
    }
    set(group.resolve("memory.soft_limit_in_bytes"), orElse(limits.reservation(), -1));
  }

  /** Without a wish of its own a group has what its parent has. */
  private static void place(Path group, String name, String wish) throws IOException {
    Path above = Objects.requireNonNull(group.getParent()).resolve(name);
    set(group.resolve(name), wish.isEmpty() ? CgroupFiles.text(above) : wish);
  }

  private static void weight(Path group, int weight) throws IOException {
    set(group.resolve("blkio.weight"), orElse(weight, WEIGHT));
    set(group.resolve("blkio.bfq.weight"), orElse(weight, BFQ_WEIGHT));
  }

  private static String orElse(long value, long otherwise) {
    return Long.toString(value == 0 ? otherwise : value);
  }

  @Override
  public long oomKills(String container) throws IOException {
    return CgroupFiles.table(group("memory", container).resolve("memory.oom_control"))
        .getOrDefault("oom_kill", 0L);
  }

  @Override
  public void remove(String container) throws IOException {
    for (Path hierarchy : hierarchies()) {
      CgroupFiles.removeTree(hierarchy.resolve(parent).resolve(container));
    }
  }

  @Override
  public List<String> containers() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path hierarchy : hierarchies()) {
      names.addAll(CgroupFiles.children(hierarchy.resolve(parent)));
    }
    return List.copyOf(names);
  }

  @Override
  public void removeParent() throws IOException {
    for (Path hierarchy : hierarchies()) {
      Files.deleteIfExists(hierarchy.resolve(parent));
    }
  }

  private List<Path> hierarchies() throws IOException {
    try (Stream<Path> all = Files.list(root)) {
      return all.filter(Files::isDirectory).filter(path -> !Files.isSymbolicLink(path)).toList();
    }
  }
}
