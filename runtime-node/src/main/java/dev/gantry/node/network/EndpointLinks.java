package dev.gantry.node.network;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.Links;
import dev.gantry.node.kernel.NetNamespaces;
import dev.gantry.node.kernel.RootedPaths;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The pairs of links between containers and bridges. */
final class EndpointLinks {
  private static final int MAX_LINKS = 128;

  private final Path namespaces;
  private final String prefix;

  /**
   * @param namespaces folder of the files that keep network namespaces
   * @param mark tells this node's links from those of others in the same network namespace
   */
  EndpointLinks(Path namespaces, String mark) {
    this.namespaces = namespaces;
    this.prefix = "gtv" + mark;
  }

  /** The beginning of the name of every link on this side. */
  String prefix() {
    return prefix;
  }

  /** The link of an endpoint on this side; at most 15 bytes (IFNAMSIZ, netdevice(7)). */
  String name(ContainerId id, LeasedAddress address) {
    // A container's only one, mostly; its name tells the container.
    String text =
        address.networkName().equals("bridge")
            ? id.value()
            : Digest.ofBytes((id + address.networkId()).getBytes(StandardCharsets.UTF_8)).hex();
    return prefix + text.substring(0, 8);
  }

  /**
   * Puts the namespace's next link, eth0 and on, on the bridge, with its address.
   *
   * @param outward whether what leaves the container's networks goes through it
   */
  void join(ContainerId id, Bridge bridge, Sandbox.Endpoint endpoint, int number, boolean outward)
      throws IOException {
    LeasedAddress address = endpoint.address();
    String link = name(id, address);
    String inside = "eth" + number;
    try (Links links = Links.open();
        RootedPaths folder = RootedPaths.in(namespaces);
        Fd held = folder.openForReading(id.value())) {
      links.remove(link);
      byte[] mac = HexFormat.ofDelimiter(":").parseHex(endpoint.mac());
      links.veth(link, Links.index(bridge.link()), inside, mac, bridge.mtu(), held);
      if (!bridge.talking()) {
        links.isolate(Links.index(link));
      }
    }
    Inet4Address own = Links.ipv4(address.address());
    NetNamespaces.enter(
        namespaces.resolve(id.value()),
        () -> {
          try (Links links = Links.open()) {
            int index = Links.index(inside);
            links.address(index, own, address.prefixLength());
            links.up(index);
            if (outward) {
              links.defaultRoute(index, Links.ipv4(address.gateway()));
            }
          }
          return null;
        });
  }

  /** The number of the first link that a namespace does not have yet. */
  int free(ContainerId id) throws IOException {
    return NetNamespaces.enter(
        namespaces.resolve(id.value()),
        () -> {
          List<String> names = Links.names();
          for (int number = 0; number < MAX_LINKS; number++) {
            if (!names.contains("eth" + number)) {
              return number;
            }
          }
          throw new IOException("container " + id + " has " + MAX_LINKS + " links already");
        });
  }

  /** What leaves the container's networks goes through {@code outward}, or nowhere. */
  void route(ContainerId id, Optional<Sandbox.Endpoint> outward) throws IOException {
    NetNamespaces.enter(
        namespaces.resolve(id.value()),
        () -> {
          try (Links links = Links.open()) {
            if (outward.isPresent()) {
              LeasedAddress address = outward.get().address();
              InetAddress own = Links.ipv4(address.address());
              NetworkInterface link = NetworkInterface.getByInetAddress(own);
              if (link == null) {
                throw new IOException("container " + id + " has no link with " + own);
              }
              links.defaultRoute(link.getIndex(), Links.ipv4(address.gateway()));
            } else {
              links.noDefaultRoute();
            }
          }
          return null;
        });
  }

  /** Takes an endpoint's links away; absent ones are well. */
  void leave(ContainerId id, LeasedAddress address) throws IOException {
    try (Links links = Links.open()) {
      links.remove(name(id, address));
    }
  }
}
