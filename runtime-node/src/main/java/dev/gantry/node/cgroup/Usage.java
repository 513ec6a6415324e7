package dev.gantry.node.cgroup;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container uses.
 *
 * @param cpuNanos processor time, of which {@code userNanos} and {@code systemNanos} in the two
 *     modes
 * @param perCpu the same of each processor, where the kernel counts so
 * @param periods periods of the processor quota, and how many of them were cut short
 * @param throttledNanos how long the container was held back by its quota
 * @param memory bytes in use
 * @param memoryLimit bytes; the host's memory where there is no limit
 * @param memoryStat the kernel's own table
 * @param pidsLimit 0 where there is none
 */
public record Usage(
    long cpuNanos,
    @Nullable List<Long> perCpu,
    long userNanos,
    long systemNanos,
    long periods,
    long throttledPeriods,
    long throttledNanos,
    long memory,
    long memoryPeak,
    long memoryLimit,
    long memoryFailures,
    Map<String, Long> memoryStat,
    long pids,
    long pidsLimit,
    List<BlockIo> blockIo) {

  /**
   * Bytes and operations of one block device in one direction; {@code operation} is read or write.
   */
  public record BlockIo(long major, long minor, String operation, long bytes, long operations) {}
}
