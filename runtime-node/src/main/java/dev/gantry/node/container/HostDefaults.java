package dev.gantry.node.container;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The host part of a container with every default as the engine fills it: clients compare what
 * inspect says with what they asked for.
 */
final class HostDefaults {
  private static final long SHM_SIZE = 64L << 20;

  static final List<String> MASKED_PATHS =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");
  static final List<String> READONLY_PATHS =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private static final String DEFAULTS =
      """
      {"CpuShares":0,"Memory":0,"CgroupParent":"","BlkioWeight":0,"CpuPeriod":0,"CpuQuota":0,
       "CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"",
       "MemoryReservation":0,"MemorySwap":0,"NanoCpus":0,"CpuCount":0,"CpuPercent":0,
       "IOMaximumIOps":0,"IOMaximumBandwidth":0,"ContainerIDFile":"",
       "LogConfig":{"Type":"json-file","Config":{}},"NetworkMode":"bridge","PortBindings":{},
       "RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,"VolumeDriver":"",
       "ConsoleSize":[0,0],"CgroupnsMode":"private","IpcMode":"private","Cgroup":"",
       "OomScoreAdj":0,"OomKillDisable":false,"PidMode":"","Privileged":false,
       "PublishAllPorts":false,"ReadonlyRootfs":false,"UTSMode":"","UsernsMode":"","Isolation":""}
      """;

  /** Keeps what is absent apart from what is empty. */
  private static final JsonMapper JSON = EngineJson.MAPPER;

  private HostDefaults() {}

  /**
   * @param runtime what stands for a runtime that was not named
   */
  static HostConfig fill(@Nullable HostConfig asked, String runtime) {
    ObjectNode all = (ObjectNode) JSON.readTree(DEFAULTS);
    all.put("ShmSize", SHM_SIZE);
    all.put("Runtime", runtime);
    boolean privileged = asked != null && ImageConfig.isTrue(asked.privileged());
    all.set("MaskedPaths", privileged ? null : JSON.valueToTree(MASKED_PATHS));
    all.set("ReadonlyPaths", privileged ? null : JSON.valueToTree(READONLY_PATHS));
    if (asked != null) {
      overlay(all, JSON.valueToTree(asked));
    }
    normalise(all);
    return JSON.treeToValue(all, HostConfig.class);
  }

  /** The same without a network: what was to be on the default one is on none. */
  static HostConfig withoutNetwork(HostConfig host) {
    String mode = String.valueOf(host.networkMode());
    if (!List.of("bridge", "none").contains(mode)) {
      throw new ServiceException(
          ErrorCode.INVALID, "conflicting options: NetworkDisabled and the network mode " + mode);
    }
    ObjectNode all = JSON.valueToTree(host);
    all.put("NetworkMode", "none");
    return JSON.treeToValue(all, HostConfig.class);
  }

  private static void overlay(ObjectNode all, ObjectNode asked) {
    for (var field : asked.properties()) {
      if (field.getValue().isNull() || isUnset(field.getKey(), field.getValue().toString())) {
        continue;
      }
      all.set(field.getKey(), field.getValue());
    }
  }

  /** Empty and zero values that the engine itself replaces by its default. */
  private static boolean isUnset(String name, String value) {
    return switch (name) {
      case "ShmSize" -> value.equals("0");
      case "NetworkMode" -> value.equals("\"\"") || value.equals("\"default\"");
      case "CgroupnsMode", "IpcMode", "Runtime" -> value.equals("\"\"");
      case "MemorySwappiness" -> value.equals("-1");
      case "PidsLimit" -> value.equals("0") || value.equals("-1");
      default -> false;
    };
  }

  private static void normalise(ObjectNode all) {
    if (all.get("LogConfig") instanceof ObjectNode log) {
      if (log.path("Type").asString("").isEmpty()) {
        log.put("Type", "json-file");
      }
      if (!log.hasNonNull("Config")) {
        log.putObject("Config");
      }
    }
    if (all.get("RestartPolicy") instanceof ObjectNode policy) {
      if (policy.path("Name").asString("").isEmpty()) {
        policy.put("Name", "no");
      }
      if (!policy.hasNonNull("MaximumRetryCount")) {
        policy.put("MaximumRetryCount", 0);
      }
    }
    long memory = all.path("Memory").asLong(0);
    if (memory > 0 && all.path("MemorySwap").asLong(0) == 0) {
      all.put("MemorySwap", 2 * memory);
    }
  }
}
