package dev.gantry.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What of the limits that the API knows this host's kernel can keep.
 *
 * @param blkioWeight by the scheduler that all block devices share, or by BFQ alone
 * @param processors numbers of those that are there, and so for memory nodes
 */
public record KernelAbilities(
    boolean swapLimit,
    boolean swappiness,
    boolean oomKillDisable,
    boolean kernelMemoryTcp,
    boolean blkioWeight,
    boolean blkioWeightDevice,
    boolean cpuRealtime,
    boolean appArmor,
    int cpus,
    SortedSet<Integer> processors,
    SortedSet<Integer> memoryNodes) {

  /** As the files of the control groups and of {@code /sys} tell it. */
  public static KernelAbilities read(int cpus) throws IOException {
    Path groups = Path.of("/sys/fs/cgroup");
    boolean unified = Files.exists(groups.resolve("cgroup.controllers"));
    boolean io = unified && Files.readString(groups.resolve("cgroup.controllers")).contains("io");
    Path memory = groups.resolve("memory");
    Path blkio = groups.resolve("blkio");
    return new KernelAbilities(
        unified || Files.exists(memory.resolve("memory.memsw.limit_in_bytes")),
        Files.exists(memory.resolve("memory.swappiness")),
        Files.exists(memory.resolve("memory.oom_control")),
        Files.exists(memory.resolve("memory.kmem.tcp.limit_in_bytes")),
        io
            || Files.exists(blkio.resolve("blkio.weight"))
            || Files.exists(blkio.resolve("blkio.bfq.io_serviced")),
        io || Files.exists(blkio.resolve("blkio.weight_device")),
        Files.exists(groups.resolve("cpu/cpu.rt_runtime_us")),
        Files.exists(Path.of("/sys/kernel/security/apparmor")),
        cpus,
        list("/sys/devices/system/cpu/online", cpus),
        list("/sys/devices/system/node/online", 1));
  }

  private static SortedSet<Integer> list(String file, int otherwise) throws IOException {
    Path path = Path.of(file);
    return parse(Files.exists(path) ? Files.readString(path).strip() : "0-" + (otherwise - 1));
  }

  /**
   * Numbers and ranges of them (cpuset(7), "List format").
   *
   * @throws NumberFormatException where the text is none of these
   */
  public static SortedSet<Integer> parse(String text) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.split("-", 2);
      int first = Integer.parseUnsignedInt(ends[0]);
      int last = ends.length == 1 ? first : Integer.parseUnsignedInt(ends[1]);
      if (first < 0 || last < first || last > 8191) {
        throw new NumberFormatException(part);
      }
      for (int number = first; number <= last; number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }
}
