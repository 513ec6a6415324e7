package dev.gantry.node.container;

import dev.gantry.engine.ConsoleSize;
import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.DeviceRequest;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fields that this platform has nothing for are refused where they say something, and texts that go
 * into files of the container are refused where they would say more than one thing there.
 */
final class FieldCheck {
  private static final String ADDRESS = "[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*";

  private FieldCheck() {}

  static void check(
      ContainerConfig config, HostConfig host, @Nullable NetworkingConfig networking) {
    refuseUnserved(host);
    checkNames(config, host, networking);
    checkConsoleSize(host);
    String parent = host.cgroupParent();
    require(
        parent == null || parent.isEmpty(),
        "cgroup parents are not supported: the node keeps the groups of its containers together");
    require(
        host.cgroup() == null || host.cgroup().isEmpty(),
        "Cgroup is not supported: the control group of a container is its own");
  }

  private static void checkConsoleSize(HostConfig host) {
    try {
      var unused = ConsoleSize.of(host.consoleSize());
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private static void refuseUnserved(HostConfig host) {
    Map<String, String> storage = host.storageOpt();
    require(
        storage == null || storage.isEmpty(),
        "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
    List<DeviceRequest> requests = ImageConfig.orEmpty(host.deviceRequests());
    if (!requests.isEmpty()) {
      DeviceRequest first = requests.getFirst();
      throw invalid(
          "could not select device driver \"%s\" with capabilities: %s"
              .formatted(first.driver() == null ? "" : first.driver(), capabilities(first)));
    }
  }

  private static String capabilities(DeviceRequest request) {
    StringBuilder all = new StringBuilder("[");
    for (List<String> one : ImageConfig.orEmpty(request.capabilities())) {
      all.append(all.length() > 1 ? " " : "").append('[').append(String.join(" ", one)).append(']');
    }
    return all.append(']').toString();
  }

  private static void checkNames(
      ContainerConfig config, HostConfig host, @Nullable NetworkingConfig networking) {
    requireWord("hostname", config.hostname());
    requireWord("domainname", config.domainname());
    requireMac(config.macAddress());
    if (networking != null && networking.endpointsConfig() != null) {
      networking.endpointsConfig().values().stream()
          .filter(Objects::nonNull)
          .forEach(endpoint -> requireMac(endpoint.macAddress()));
    }
    for (String server : ImageConfig.orEmpty(host.dns())) {
      require(server.matches(ADDRESS), "invalid DNS server: " + server + " is not an ip address");
    }
    ImageConfig.orEmpty(host.dnsSearch()).forEach(name -> requireWord("DNS search domain", name));
    ImageConfig.orEmpty(host.dnsOptions()).forEach(name -> requireWord("DNS option", name));
    for (String entry : ImageConfig.orEmpty(host.extraHosts())) {
      String[] pair = entry.split("[:=]", 2);
      require(
          pair.length == 2 && !pair[0].isEmpty() && isWord(entry),
          "bad format for add-host: \"" + entry + "\"");
      require(
          pair[1].equals("host-gateway") || unbracketed(pair[1]).matches(ADDRESS),
          "invalid IP address in add-host: \"" + pair[1] + "\"");
    }
  }

  private static String unbracketed(String address) {
    return address.startsWith("[") && address.endsWith("]")
        ? address.substring(1, address.length() - 1)
        : address;
  }

  /** Six bytes of which the first marks no group. */
  private static void requireMac(@Nullable String mac) {
    require(
        mac == null || mac.isEmpty() || mac.matches("[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}"),
        "address " + mac + ": invalid MAC address");
  }

  private static void requireWord(String what, @Nullable String text) {
    require(text == null || isWord(text), "invalid " + what + ": \"" + text + "\"");
  }

  private static boolean isWord(String text) {
    return text.chars().allMatch(c -> c > ' ' && c != 0x7f);
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
