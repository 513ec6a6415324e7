package dev.gantry.node.network;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.kernel.Nftables;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What comes out of a container's link has to be from the container: from the link's own hardware
 * and IPv4 address, in the frame, in the packet and in what ARP claims. Everything else is dropped
 * at the bridge's door, before the bridge has learned from it.
 */
final class SourceGuard implements AutoCloseable {
  private final Nftables nftables = new Nftables();
  private final String table;
  private final EndpointLinks links;
  private final Map<String, String> admitted = new ConcurrentHashMap<>();

  SourceGuard(String table, EndpointLinks links) {
    this.table = table;
    this.links = links;
  }

  /** Takes over what was admitted before; the rules follow with {@link #repair}. */
  void adopt(ContainerId id, Collection<Sandbox.Endpoint> endpoints) {
    endpoints.forEach(endpoint -> admitted.put(link(id, endpoint), element(id, endpoint)));
  }

  /** From now on an endpoint's link passes what is from the endpoint; before, nothing. */
  synchronized void admit(ContainerId id, Sandbox.Endpoint endpoint) throws IOException {
    String element = element(id, endpoint);
    admitted.put(link(id, endpoint), element);
    try {
      nftables.run("add element bridge %s own { %s }".formatted(table, element));
    } catch (IOException _) {
      // The table is not there yet, or somebody took it away.
      install();
    }
  }

  /** Ends that; what was not admitted is well. */
  synchronized void dismiss(ContainerId id, Collection<Sandbox.Endpoint> endpoints) {
    for (Sandbox.Endpoint endpoint : endpoints) {
      String element = admitted.remove(link(id, endpoint));
      if (element != null) {
        try {
          nftables.run("delete element bridge %s own { %s }".formatted(table, element));
        } catch (IOException _) {
          // Gone already: somebody flushed the rules.
        }
      }
    }
  }

  /** Makes the rules anew where they are not as they have to be; answers whether they were not. */
  synchronized boolean repair() throws IOException {
    if (matches()) {
      return false;
    }
    install();
    return true;
  }

  /** Whether the rules are there, with every endpoint and no other. */
  synchronized boolean matches() {
    try {
      String own = nftables.run("list set bridge %s own".formatted(table)).replace("\"", "");
      return nftables.run("list chain bridge %s arriving".formatted(table)).contains("drop")
          && own.chars().filter(c -> c == ':').count() == 5L * admitted.size()
          && admitted.values().stream().allMatch(own::contains);
    } catch (IOException _) {
      return false;
    }
  }

  /** In one transaction: nothing else passes meanwhile. */
  private void install() throws IOException {
    StringBuilder commands = new StringBuilder();
    commands.append("add table bridge ").append(table).append('\n');
    commands.append("delete table bridge ").append(table).append('\n');
    commands.append(
        """
        table bridge %s {
          set own { type ifname . ether_addr . ipv4_addr; }
          chain arriving {
            type filter hook prerouting priority -300; policy accept;
            iifname != "%s*" accept
            ether type ip iifname . ether saddr . ip saddr @own accept
            ether type arp iifname . ether saddr . arp saddr ip @own iifname . arp saddr ether . arp saddr ip @own accept
            counter drop
          }
        }
        """
            .formatted(table, links.prefix()));
    if (!admitted.isEmpty()) {
      commands.append(
          admitted.values().stream()
              .collect(
                  Collectors.joining(
                      ", ", "add element bridge %s own { ".formatted(table), " }\n")));
    }
    nftables.run(commands.toString());
  }

  private String link(ContainerId id, Sandbox.Endpoint endpoint) {
    return links.name(id, endpoint.address());
  }

  private String element(ContainerId id, Sandbox.Endpoint endpoint) {
    return String.join(
        " . ", List.of(link(id, endpoint), endpoint.mac(), endpoint.address().address()));
  }

  @Override
  public void close() {
    nftables.close();
  }
}
