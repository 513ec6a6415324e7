package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Namespace modes, and what does not go with them, in the engine's words. */
final class ModeCheck {
  private static final String CONTAINER = "container:";
  private static final Set<String> IPC = Set.of("", "none", "private", "shareable", "host");

  private ModeCheck() {}

  /**
   * @param asked as the client sent it: what the image brings along is no conflict
   * @param host with its defaults
   */
  static void check(ContainerConfig asked, HostConfig host) {
    String network = text(host.networkMode());
    String uts = text(host.utsMode());
    requireMode(Set.of("", "host"), true, "PID mode", text(host.pidMode()));
    requireMode(IPC, true, "IPC mode", text(host.ipcMode()));
    requireMode(Set.of("", "host"), false, "UTS mode", uts);
    requireMode(Set.of("", "host"), false, "user namespace mode", text(host.usernsMode()));
    requireMode(
        Set.of("", "host", "private"), false, "cgroup namespace mode", text(host.cgroupnsMode()));
    require(
        !network.equals(CONTAINER),
        "Invalid network mode: invalid container format container:<name|id>");
    require(
        !uts.equals("host") || text(asked.hostname()).isEmpty(),
        "conflicting options: hostname and the UTS mode");
    if (network.startsWith(CONTAINER)) {
      checkShared(asked, host);
    }
    require(
        !Set.of("none", "host").contains(network) || ImageConfig.orEmpty(host.links()).isEmpty(),
        network.equals("host")
            ? "conflicting options: host type networking can't be used with links. This would"
                + " result in undefined behavior"
            : "conflicting options: links need a network, and the network mode is none");
    DefaultLink.check(host);
    require(
        !network.equals("host") || text(asked.macAddress()).isEmpty(),
        "conflicting options: mac-address and the network mode");
  }

  private static void checkShared(ContainerConfig asked, HostConfig host) {
    require(text(asked.hostname()).isEmpty(), "conflicting options: hostname and the network mode");
    require(
        ImageConfig.orEmpty(host.links()).isEmpty(),
        "conflicting options: container type network can't be used with links. This would result"
            + " in undefined behavior");
    require(
        ImageConfig.orEmpty(host.dns()).isEmpty(), "conflicting options: dns and the network mode");
    require(
        ImageConfig.orEmpty(host.extraHosts()).isEmpty(),
        "conflicting options: custom host-to-IP mapping and the network mode");
    require(
        text(asked.macAddress()).isEmpty(),
        "conflicting options: mac-address and the network mode");
    boolean publishes = host.portBindings() != null && !host.portBindings().isEmpty();
    require(
        !publishes && !ImageConfig.isTrue(host.publishAllPorts()),
        "conflicting options: port publishing and the container type network mode");
    require(
        asked.exposedPorts() == null || asked.exposedPorts().isEmpty(),
        "conflicting options: port exposing and the container type network mode");
  }

  private static void requireMode(Set<String> known, boolean joins, String what, String mode) {
    boolean joined = joins && mode.startsWith(CONTAINER) && mode.length() > CONTAINER.length();
    require(joined || known.contains(mode), "invalid " + what + ": " + mode);
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, message);
    }
  }
}
