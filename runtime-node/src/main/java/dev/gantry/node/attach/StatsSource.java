package dev.gantry.node.attach;

import dev.gantry.engine.ContainerBlkioStatEntry;
import dev.gantry.engine.ContainerBlkioStats;
import dev.gantry.engine.ContainerCPUStats;
import dev.gantry.engine.ContainerCPUUsage;
import dev.gantry.engine.ContainerMemoryStats;
import dev.gantry.engine.ContainerPidsStats;
import dev.gantry.engine.ContainerStats;
import dev.gantry.engine.ContainerStorageStats;
import dev.gantry.engine.ContainerThrottlingData;
import dev.gantry.engine.EngineJson;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.cgroup.Usage;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Takes samples of what containers use, from files of the kernel only. */
public record StatsSource(Cgroups cgroups, int cpus, InstantSource clock) {
  private static final String NEVER = "0001-01-01T00:00:00Z";
  private static final long NANOS_PER_TICK = 10_000_000L;
  private static final ContainerCPUStats NO_CPU =
      new ContainerCPUStats(
          new ContainerCPUUsage(0L, null, 0L, 0L),
          null,
          null,
          new ContainerThrottlingData(0L, 0L, 0L));

  /**
   * A sample; zeros for a container that does not run.
   *
   * @param before the sample before, for clients that compute differences
   */
  ContainerStats sample(ContainerRecord record, @Nullable ContainerStats before)
      throws IOException {
    State.Life life = record.state().life();
    String now = clock.instant().toString();
    String preread = before == null || before.read() == null ? NEVER : before.read();
    ContainerCPUStats precpu =
        before == null || before.cpuStats() == null ? NO_CPU : before.cpuStats();
    if (life == null) {
      return stats(
          record,
          NEVER,
          NEVER,
          new ContainerPidsStats(null, null),
          blkio(List.of()),
          NO_CPU,
          NO_CPU,
          new ContainerMemoryStats(null, null, null, null, null, null, null, null),
          null);
    }
    Usage usage = cgroups.usage(record.id().value());
    return stats(
        record,
        now,
        preread,
        new ContainerPidsStats(usage.pids(), usage.pidsLimit() == 0 ? null : usage.pidsLimit()),
        blkio(usage.blockIo()),
        cpu(usage),
        precpu,
        new ContainerMemoryStats(
            usage.memory(),
            usage.memoryPeak(),
            usage.memoryStat(),
            usage.memoryFailures(),
            usage.memoryLimit(),
            null,
            null,
            null),
        networks(record, life));
  }

  private static ContainerStats stats(
      ContainerRecord record,
      String read,
      String preread,
      ContainerPidsStats pids,
      ContainerBlkioStats blkio,
      ContainerCPUStats cpu,
      ContainerCPUStats precpu,
      ContainerMemoryStats memory,
      @Nullable ObjectNode networks) {
    return new ContainerStats(
        "/" + record.identity().name(),
        record.id().value(),
        read,
        preread,
        pids,
        blkio,
        0,
        new ContainerStorageStats(null, null, null, null),
        cpu,
        precpu,
        memory,
        networks);
  }

  private ContainerCPUStats cpu(Usage usage) throws IOException {
    return new ContainerCPUStats(
        new ContainerCPUUsage(
            usage.cpuNanos(), usage.perCpu(), usage.systemNanos(), usage.userNanos()),
        systemNanos(),
        cpus,
        new ContainerThrottlingData(
            usage.periods(), usage.throttledPeriods(), usage.throttledNanos()));
  }

  /** Processor time of the whole host, idle time included (proc(5), stat). */
  private static long systemNanos() throws IOException {
    String first = Files.readAllLines(Path.of("/proc/stat")).getFirst();
    String[] fields = first.strip().split("\\s+");
    long ticks = 0;
    for (int i = 1; i < Math.min(fields.length, 8); i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks * NANOS_PER_TICK;
  }

  private static ContainerBlkioStats blkio(List<Usage.BlockIo> devices) {
    List<ContainerBlkioStatEntry> bytes = new ArrayList<>();
    List<ContainerBlkioStatEntry> operations = new ArrayList<>();
    for (Usage.BlockIo device : devices) {
      bytes.add(
          new ContainerBlkioStatEntry(
              device.major(), device.minor(), device.operation(), device.bytes()));
      operations.add(
          new ContainerBlkioStatEntry(
              device.major(), device.minor(), device.operation(), device.operations()));
    }
    return new ContainerBlkioStats(
        bytes, operations, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** Counters of the interfaces that the container's first process sees (proc(5), net/dev). */
  private static @Nullable ObjectNode networks(ContainerRecord record, State.Life life)
      throws IOException {
    if ("host".equals(record.spec().host().networkMode())) {
      return null;
    }
    ObjectNode all = EngineJson.MAPPER.createObjectNode();
    Path file = Path.of("/proc/" + life.pid() + "/net/dev");
    if (!Files.exists(file)) {
      return null;
    }
    for (String line : Files.readAllLines(file)) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (name.isEmpty() || name.equals("lo")) {
        continue;
      }
      String[] fields = line.substring(colon + 1).strip().split("\\s+");
      ObjectNode counters = all.putObject(name);
      Map.of("rx_bytes", 0, "rx_packets", 1, "rx_errors", 2, "rx_dropped", 3)
          .forEach((key, index) -> counters.put(key, Long.parseLong(fields[index])));
      Map.of("tx_bytes", 8, "tx_packets", 9, "tx_errors", 10, "tx_dropped", 11)
          .forEach((key, index) -> counters.put(key, Long.parseLong(fields[index])));
    }
    return all.isEmpty() ? null : all;
  }
}
