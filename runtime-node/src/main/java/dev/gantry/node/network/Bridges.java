package dev.gantry.node.network;

import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.Links;
import dev.gantry.services.Lease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** This node's bridges: one for each network that it holds addresses of. */
final class Bridges {
  private static final byte[] MAC_PREFIX = {0x02, 0x47};

  /** Puts the rules of a bridge in place that was made just now. */
  interface Rules {
    void add(Bridge bridge) throws IOException;
  }

  private final String prefix;
  private final Map<String, Bridge> all = new ConcurrentHashMap<>();

  /**
   * @param mark tells this node's links from those of others in the same network namespace
   */
  Bridges(String mark) {
    this.prefix = "gtr" + mark;
  }

  Collection<Bridge> all() {
    return all.values();
  }

  /** The beginning of every bridge's name. */
  String prefix() {
    return prefix;
  }

  /** The network's bridge, made where it is not there. */
  Bridge of(Lease network, Rules rules) throws IOException {
    Bridge known = all.get(network.networkId());
    return known != null && Links.index(known.link()) != 0 ? known : make(network, rules);
  }

  private synchronized Bridge make(Lease network, Rules rules) throws IOException {
    String hash =
        Digest.ofBytes(network.networkId().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
    Bridge bridge = Bridge.of(prefix + hash, network);
    byte[] mac = new byte[6];
    System.arraycopy(MAC_PREFIX, 0, mac, 0, 2);
    System.arraycopy(HexFormat.of().parseHex(hash), 0, mac, 2, 4);
    try (Links links = Links.open()) {
      links.bridge(bridge.link(), mac);
      int index = Links.index(bridge.link());
      if (!bridge.internal()) {
        int length = Ipv4Block.parse(network.subnet()).prefixLength();
        links.address(index, Links.ipv4(network.gateway()), length);
      }
      links.up(index);
    }
    Path settings = Path.of("/proc/sys/net/ipv4/conf", bridge.link());
    Files.writeString(settings.resolve("route_localnet"), "1");
    if (all.put(network.networkId(), bridge) == null) {
      rules.add(bridge);
    }
    return bridge;
  }

  /** Takes a network's bridge down and answers it; null where there is none. */
  synchronized @Nullable Bridge remove(String networkId) throws IOException {
    Bridge bridge = all.remove(networkId);
    if (bridge != null) {
      try (Links links = Links.open()) {
        links.remove(bridge.link());
      }
    }
    return bridge;
  }
}
