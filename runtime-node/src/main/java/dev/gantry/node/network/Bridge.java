package dev.gantry.node.network;

import dev.gantry.services.Lease;
import java.util.Map;

/**
 * A bridge and what its network's options make of it.
 *
 * @param internal nothing goes out of it or comes into it
 * @param talking whether the containers on it reach each other
 * @param masqueraded whether they go out under the host's address
 * @param mtu of every link; 0 for the kernel's own
 * @param hostAddress where ports are published whose address is left open
 */
record Bridge(
    String link,
    String subnet,
    boolean internal,
    boolean talking,
    boolean masqueraded,
    int mtu,
    String hostAddress) {

  static Bridge of(String link, Lease network) {
    Map<String, String> options = network.options();
    Ipv4Block subnet = Ipv4Block.parse(network.subnet());
    return new Bridge(
        link,
        Ipv4Block.text(subnet.base()) + "/" + subnet.prefixLength(),
        network.internal(),
        isOn(options, "com.docker.network.bridge.enable_icc"),
        isOn(options, "com.docker.network.bridge.enable_ip_masquerade"),
        Integer.parseInt(options.getOrDefault("com.docker.network.driver.mtu", "0")),
        options.getOrDefault("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"));
  }

  /** Options are on unless they say otherwise, in any spelling that Go's ParseBool takes. */
  private static boolean isOn(Map<String, String> options, String key) {
    return switch (options.getOrDefault(key, "true")) {
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> true;
    };
  }
}
