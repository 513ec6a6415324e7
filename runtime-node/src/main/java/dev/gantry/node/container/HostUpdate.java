package dev.gantry.node.container;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code docker update} makes of the host part of a container: values that say nothing (zero,
 * empty, absent) leave what is there.
 */
final class HostUpdate {
  private static final Set<String> CHANGEABLE =
      Set.of(
          "BlkioWeight",
          "CpuShares",
          "NanoCpus",
          "CpuPeriod",
          "CpuQuota",
          "CpuRealtimePeriod",
          "CpuRealtimeRuntime",
          "CpusetCpus",
          "CpusetMems",
          "Memory",
          "MemorySwap",
          "MemoryReservation",
          "PidsLimit",
          "RestartPolicy");

  private HostUpdate() {}

  static HostConfig of(ContainerId id, HostConfig now, HostConfig asked) {
    checkConflicts(id, now, asked);
    ObjectNode all = EngineJson.MAPPER.valueToTree(now);
    ObjectNode changes = EngineJson.MAPPER.valueToTree(asked);
    for (var field : changes.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (!says(name, value)) {
        continue;
      }
      if (CHANGEABLE.contains(name)) {
        all.set(name, value);
      } else if (!value.equals(all.get(name))) {
        throw cannot(id, ErrorCode.INVALID, name + " cannot be changed after create");
      }
    }
    if (all.path("PidsLimit").asLong(0) < 0) {
      all.put("PidsLimit", 0);
    }
    return EngineJson.MAPPER.treeToValue(all, HostConfig.class);
  }

  private static boolean says(String name, JsonNode value) {
    return switch (name) {
      case "RestartPolicy" -> !value.path("Name").asString("").isEmpty();
      case "PidsLimit" -> !value.isNull();
      case "MemorySwappiness" -> !value.isNull() && value.asInt() != -1;
      case "ConsoleSize" -> value.valueStream().anyMatch(size -> size.asLong() != 0);
      case "LogConfig" -> !value.path("Type").asString("").isEmpty();
      default ->
          switch (value.getNodeType()) {
            case NULL, MISSING -> false;
            case NUMBER -> value.asLong() != 0;
            case BOOLEAN -> value.asBoolean();
            case STRING -> !value.asString().isEmpty();
            default -> !value.isEmpty();
          };
    };
  }

  private static void checkConflicts(ContainerId id, HostConfig now, HostConfig asked) {
    refuseBoth(id, asked.nanoCpus(), "Nano CPUs", now.cpuPeriod(), "CPU Period");
    refuseBoth(id, asked.nanoCpus(), "Nano CPUs", now.cpuQuota(), "CPU Quota");
    refuseBoth(id, asked.cpuPeriod(), "CPU Period", now.nanoCpus(), "NanoCPUs");
    refuseBoth(id, asked.cpuQuota(), "CPU Quota", now.nanoCpus(), "NanoCPUs");
    long memory = number(asked.memory());
    if (memory != 0 && memory > number(now.memorySwap()) && number(asked.memorySwap()) == 0) {
      throw cannot(
          id,
          ErrorCode.CONFLICT,
          "Memory limit should be smaller than already set memoryswap limit, update the memoryswap"
              + " at the same time");
    }
    String policy = asked.restartPolicy() == null ? null : asked.restartPolicy().name();
    if (ImageConfig.isTrue(now.autoRemove())
        && policy != null
        && !policy.isEmpty()
        && !policy.equals("no")) {
      throw cannot(
          id,
          ErrorCode.CONFLICT,
          "Restart policy cannot be updated because AutoRemove is enabled for the container");
    }
  }

  private static void refuseBoth(
      ContainerId id, @Nullable Long asked, String what, @Nullable Long now, String other) {
    if (number(asked) > 0 && number(now) > 0) {
      throw cannot(
          id,
          ErrorCode.CONFLICT,
          "Conflicting options: %s cannot be updated as %s has already been set"
              .formatted(what, other));
    }
  }

  static ServiceException cannot(ContainerId id, ErrorCode code, String reason) {
    return new ServiceException(code, "Cannot update container " + id + ": " + reason);
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
