package dev.gantry.node.bundle;

import static dev.gantry.node.bundle.ProcessPart.isTrue;

import dev.gantry.engine.HostConfig;
import dev.gantry.engine.HostConfigBlkioWeightDevice;
import dev.gantry.engine.ThrottleDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Limits of a container (runtime-spec, config-linux.md, "Control groups"). */
final class ResourcesPart {
  private ResourcesPart() {}

  static void add(ObjectNode linux, HostConfig host) throws IOException {
    ObjectNode resources = linux.putObject("resources");
    memory(resources, host);
    cpu(resources, host);
    if (host.pidsLimit() != null && host.pidsLimit() != 0) {
      resources.putObject("pids").put("limit", host.pidsLimit());
    }
    blockIo(resources, host);
    DevicesPart.add(linux, resources, host);
  }

  private static void memory(ObjectNode resources, HostConfig host) {
    ObjectNode memory = resources.putObject("memory");
    put(memory, "limit", host.memory());
    put(memory, "reservation", host.memoryReservation());
    if (Files.exists(Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"))
        || Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
      put(memory, "swap", host.memorySwap());
    }
    if (host.memorySwappiness() != null && host.memorySwappiness() >= 0) {
      memory.put("swappiness", host.memorySwappiness());
    }
    put(memory, "kernelTCP", host.kernelMemoryTCP());
    if (isTrue(host.oomKillDisable())) {
      memory.put("disableOOMKiller", true);
    }
  }

  private static void cpu(ObjectNode resources, HostConfig host) {
    ObjectNode cpu = resources.putObject("cpu");
    put(cpu, "shares", host.cpuShares());
    if (host.nanoCpus() != null && host.nanoCpus() > 0) {
      cpu.put("period", 100_000).put("quota", host.nanoCpus() / 10_000);
    } else {
      put(cpu, "period", host.cpuPeriod());
      put(cpu, "quota", host.cpuQuota());
    }
    put(cpu, "realtimePeriod", host.cpuRealtimePeriod());
    put(cpu, "realtimeRuntime", host.cpuRealtimeRuntime());
    if (host.cpusetCpus() != null && !host.cpusetCpus().isEmpty()) {
      cpu.put("cpus", host.cpusetCpus());
    }
    if (host.cpusetMems() != null && !host.cpusetMems().isEmpty()) {
      cpu.put("mems", host.cpusetMems());
    }
  }

  private static void put(ObjectNode node, String key, @Nullable Long value) {
    if (value != null && value != 0) {
      node.put(key, value);
    }
  }

  private static void blockIo(ObjectNode resources, HostConfig host) throws IOException {
    ObjectNode blockIo = JsonMapper.shared().createObjectNode();
    for (HostConfigBlkioWeightDevice device : orEmpty(host.blkioWeightDevice())) {
      DevicesPart.number(blockIo.withArray("weightDevice").addObject(), device.path())
          .put("weight", device.weight());
    }
    throttle(blockIo, "throttleReadBpsDevice", host.blkioDeviceReadBps());
    throttle(blockIo, "throttleWriteBpsDevice", host.blkioDeviceWriteBps());
    throttle(blockIo, "throttleReadIOPSDevice", host.blkioDeviceReadIOps());
    throttle(blockIo, "throttleWriteIOPSDevice", host.blkioDeviceWriteIOps());
    if (!blockIo.isEmpty()) {
      resources.set("blockIO", blockIo);
    }
  }

  private static void throttle(
      ObjectNode blockIo, String name, @Nullable List<ThrottleDevice> devices) throws IOException {
    for (ThrottleDevice device : orEmpty(devices)) {
      DevicesPart.number(blockIo.withArray(name).addObject(), device.path())
          .put("rate", device.rate());
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
