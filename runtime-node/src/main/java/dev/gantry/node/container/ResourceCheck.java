package dev.gantry.node.container;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.config.KernelAbilities;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Limits of a create or an update: what is out of range is refused, what the kernel cannot keep is
 * taken out with a warning, both in the engine's words.
 */
final class ResourceCheck {
  private static final long MIN_MEMORY = 6L << 20;

  private final KernelAbilities kernel;

  ResourceCheck(KernelAbilities kernel) {
    this.kernel = kernel;
  }

  /**
   * @param update whether what is absent stays as it is
   */
  Admitted admit(HostConfig host, boolean update) {
    checkMemory(host, update);
    checkCpu(host, update);
    checkRealtime(host);
    checkSet("cpus", "CPUs", host.cpusetCpus(), kernel.processors());
    checkSet("mems", "memory nodes", host.cpusetMems(), kernel.memoryNodes());
    checkQualityOfService(host);
    return withoutUnsupported(host);
  }

  private static void checkMemory(HostConfig host, boolean update) {
    long memory = number(host.memory());
    long swap = number(host.memorySwap());
    long reservation = number(host.memoryReservation());
    require(memory == 0 || memory >= MIN_MEMORY, "Minimum memory limit allowed is 6MB");
    require(
        memory == 0 || swap <= 0 || swap >= memory,
        "Minimum memoryswap limit should be larger than memory limit, see usage");
    require(
        memory > 0 || swap <= 0 || update,
        "You should always set the Memory limit when using Memoryswap limit, see usage");
    require(
        reservation == 0 || reservation >= MIN_MEMORY, "Minimum memory reservation allowed is 6MB");
    require(
        reservation == 0 || memory == 0 || memory >= reservation,
        "Minimum memory limit can not be less than memory reservation limit, see usage");
    Integer swappiness = host.memorySwappiness();
    require(
        swappiness == null || (swappiness >= -1 && swappiness <= 100),
        "Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
    require(
        number(host.kernelMemory()) == 0,
        "kernel memory limits are not supported: the kernel has no such limit any more");
  }

  private void checkCpu(HostConfig host, boolean update) {
    long nano = number(host.nanoCpus());
    long period = number(host.cpuPeriod());
    long quota = number(host.cpuQuota());
    long shares = number(host.cpuShares());
    require(
        nano == 0 || period == 0,
        "Conflicting options: Nano CPUs and CPU Period cannot both be set");
    require(
        nano == 0 || quota == 0, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    require(
        nano == 0 || (nano >= 10_000_000L && nano <= kernel.cpus() * 1_000_000_000L),
        "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available"
            .formatted(kernel.cpus(), kernel.cpus()));
    require(
        period == 0 || (period >= 1000 && period <= 1_000_000),
        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    require(quota <= 0 || quota >= 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    require(shares >= 0, "invalid CPU shares (" + shares + "): value must be a positive integer");
    require(!update || shares != 1, "the minimum allowed cpu-shares is 2");
    Integer weight = host.blkioWeight();
    require(
        weight == null || weight == 0 || (weight >= 10 && weight <= 1000),
        "Range of blkio weight is from 10 to 1000");
  }

  private void checkRealtime(HostConfig host) {
    long period = number(host.cpuRealtimePeriod());
    long runtime = number(host.cpuRealtimeRuntime());
    require(
        period == 0 || kernel.cpuRealtime(),
        "Your kernel does not support cgroup cpu real-time period");
    require(
        runtime == 0 || kernel.cpuRealtime(),
        "Your kernel does not support cgroup cpu real-time runtime");
    require(
        period == 0 || runtime <= period,
        "cpu real-time runtime cannot be higher than cpu real-time period");
  }

  private static void checkSet(
      String name, String what, @Nullable String set, SortedSet<Integer> available) {
    if (set == null || set.isEmpty()) {
      return;
    }
    SortedSet<Integer> asked;
    try {
      asked = KernelAbilities.parse(set);
    } catch (NumberFormatException e) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "Invalid value %s for cpuset %s: invalid format: %s".formatted(set, name, set),
          e);
    }
    require(
        available.containsAll(asked),
        "Requested %s are not available - requested %s, available: %s"
            .formatted(what, set, ranges(available)));
  }

  private static String ranges(SortedSet<Integer> numbers) {
    boolean gapless = numbers.last() - numbers.first() == numbers.size() - 1;
    return gapless && numbers.size() > 1
        ? numbers.first() + "-" + numbers.last()
        : numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static void checkQualityOfService(HostConfig host) {
    require(
        number(host.ioMaximumBandwidth()) == 0,
        "Invalid QoS settings: linux does not support configuration of maximum bandwidth");
    require(
        number(host.ioMaximumIOps()) == 0,
        "Invalid QoS settings: linux does not support configuration of maximum IOPs");
  }

  private Admitted withoutUnsupported(HostConfig host) {
    List<String> warnings = new ArrayList<>();
    ObjectNode patch = EngineJson.MAPPER.createObjectNode();
    if (number(host.memory()) > 0 && number(host.memorySwap()) != -1 && !kernel.swapLimit()) {
      warnings.add(unsupported("swap limit capabilities", "Memory limited without swap."));
      patch.put("MemorySwap", -1);
    }
    Integer swappiness = host.memorySwappiness();
    if (swappiness != null && swappiness != -1 && !kernel.swappiness()) {
      warnings.add(unsupported("memory swappiness capabilities", "Memory swappiness discarded."));
      patch.put("MemorySwappiness", -1);
    }
    boolean survives = ImageConfig.isTrue(host.oomKillDisable());
    if (survives && !kernel.oomKillDisable()) {
      warnings.add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
      patch.put("OomKillDisable", false);
    } else if (survives && number(host.memory()) == 0) {
      warnings.add(
          "OOM killer is disabled for the container, but no memory limit is set, this can result in"
              + " the system running out of resources.");
    }
    if (number(host.kernelMemoryTCP()) > 0 && !kernel.kernelMemoryTcp()) {
      warnings.add(unsupported("kernel memory TCP limit capabilities", "Limitation discarded."));
      patch.put("KernelMemoryTCP", 0);
    }
    withoutBlockIo(host, patch, warnings);
    withoutWindows(host, patch, warnings);
    return new Admitted(
        patch.isEmpty() ? host : EngineJson.merge(host, patch, HostConfig.class), warnings);
  }

  private void withoutBlockIo(HostConfig host, ObjectNode patch, List<String> warnings) {
    if (host.blkioWeight() != null && host.blkioWeight() > 0 && !kernel.blkioWeight()) {
      warnings.add(unsupported("Block I/O weight", "Weight discarded."));
      patch.put("BlkioWeight", 0);
    }
    if (!ImageConfig.orEmpty(host.blkioWeightDevice()).isEmpty() && !kernel.blkioWeightDevice()) {
      warnings.add(unsupported("Block I/O weight_device", "Weight-device discarded."));
      patch.putArray("BlkioWeightDevice");
    }
  }

  private static void withoutWindows(HostConfig host, ObjectNode patch, List<String> warnings) {
    if (number(host.cpuPercent()) > 0) {
      warnings.add("linux does not support CPU percent. Percent discarded.");
      patch.put("CpuPercent", 0);
    }
    if (number(host.cpuCount()) > 0) {
      warnings.add("linux does not support CPU count. Count discarded.");
      patch.put("CpuCount", 0);
    }
  }

  private static String unsupported(String what, String consequence) {
    return "Your kernel does not support " + what + " or the cgroup is not mounted. " + consequence;
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, message);
    }
  }
}
