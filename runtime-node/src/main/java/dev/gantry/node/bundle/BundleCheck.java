package dev.gantry.node.bundle;

import dev.gantry.engine.DeviceMapping;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.Ulimit;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses, at create, what no bundle can be made of, in the words of the engine and of runc. */
public final class BundleCheck {
  private static final Set<String> LIMITS =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack",
          "as");
  private static final Set<String> IPC_SYSCTLS =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private BundleCheck() {}

  public static void check(HostConfig host) {
    Capabilities.check("CapAdd", host.capAdd());
    Capabilities.check("CapDrop", host.capDrop());
    SecurityOptions security = SecurityOptions.of(host);
    if (security.seccomp() != null && !security.isUnconfined(false)) {
      var unused = new CustomSeccomp(Set.of(), "0.0").toOci(security.seccomp());
    }
    orEmpty(host.ulimits()).forEach(BundleCheck::limit);
    for (String name : host.sysctls() == null ? Set.<String>of() : host.sysctls().keySet()) {
      sysctl(name, host);
    }
    for (String rule : orEmpty(host.deviceCgroupRules())) {
      require(DevicesPart.isRule(rule), "invalid device cgroup rule format: '" + rule + "'");
    }
    for (DeviceMapping device : orEmpty(host.devices())) {
      String access = device.cgroupPermissions() == null ? "" : device.cgroupPermissions();
      require(access.matches("[rwm]{0,3}"), "invalid device mode: " + access);
    }
    annotations(host.annotations());
  }

  private static void limit(Ulimit limit) {
    String name = String.valueOf(limit.name());
    long soft = limit.soft() == null ? 0 : limit.soft();
    long hard = limit.hard() == null ? 0 : limit.hard();
    require(LIMITS.contains(name), "invalid ulimit type: " + name);
    require(
        hard == -1 || (soft != -1 && soft <= hard),
        "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
  }

  /** Only what is the namespace's own: anything else would change the host. */
  private static void sysctl(String name, HostConfig host) {
    require(name.matches("[A-Za-z0-9_.*/-]+"), "sysctl '" + name + "' is not allowed");
    String network = String.valueOf(host.networkMode());
    String ipc = String.valueOf(host.ipcMode());
    if (name.startsWith("net.")) {
      require(
          !network.equals("host") && !network.startsWith("container:"),
          "sysctl \"" + name + "\" not allowed in host network namespace");
    } else if (IPC_SYSCTLS.contains(name) || name.startsWith("fs.mqueue.")) {
      require(
          !ipc.equals("host") && !ipc.startsWith("container:"),
          "sysctl \"" + name + "\" not allowed in host ipc namespace");
    } else {
      throw invalid("sysctl \"" + name + "\" is not in a separate kernel namespace");
    }
  }

  /** The runtime takes some as orders to itself; those are not the client's to give. */
  private static void annotations(@Nullable Map<String, String> annotations) {
    for (String name : annotations == null ? Set.<String>of() : annotations.keySet()) {
      require(!name.isEmpty(), "invalid annotation: the key is empty");
      require(
          !name.startsWith("run.oci.") && !name.startsWith("org.systemd."),
          "invalid annotation: " + name + " is kept for the OCI runtime");
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw invalid(message);
    }
  }

  private static ServiceException invalid(String message) {
    return new ServiceException(ErrorCode.INVALID, message);
  }
}
