package dev.gantry.node.cgroup;

import dev.gantry.engine.HostConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a group may use, as it can be changed while processes run in it; 0 and empty text stand for
 * no limit, or for what the kernel gives a new group.
 *
 * @param swap memory and swap together; -1 for any amount
 * @param quota microseconds of processor time in each {@code period}
 */
public record Limits(
    long memory,
    long swap,
    long reservation,
    long shares,
    long period,
    long quota,
    long realtimePeriod,
    long realtimeRuntime,
    String cpus,
    String mems,
    long pids,
    int blkioWeight) {
  static final long SHARES = 1024;
  static final long PERIOD = 100_000;
  private static final int NANOS_PER_QUOTA = 10_000;

  public static Limits of(HostConfig host) {
    boolean nano = number(host.nanoCpus()) > 0;
    return new Limits(
        Math.max(0, number(host.memory())),
        number(host.memorySwap()),
        Math.max(0, number(host.memoryReservation())),
        number(host.cpuShares()),
        nano ? PERIOD : number(host.cpuPeriod()),
        nano ? number(host.nanoCpus()) / NANOS_PER_QUOTA : number(host.cpuQuota()),
        number(host.cpuRealtimePeriod()),
        number(host.cpuRealtimeRuntime()),
        host.cpusetCpus() == null ? "" : host.cpusetCpus(),
        host.cpusetMems() == null ? "" : host.cpusetMems(),
        Math.max(0, number(host.pidsLimit())),
        host.blkioWeight() == null ? 0 : host.blkioWeight());
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
