package dev.gantry.node.network;

import dev.gantry.node.kernel.Nftables;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * The node's one table of the packet filter. Published ports are entries of two maps, so that a
 * packet's cost does not grow with their number. From a bridge nothing reaches the host itself,
 * another network or {@code protectedHosts}; to a bridge comes only what is published or answers
 * something from inside.
 */
final class PacketFilter implements AutoCloseable {
  private final Nftables nftables = new Nftables();
  private final String table;
  private final List<String> protectedHosts;

  /**
   * @param protectedHosts addresses of the platform's own processes on other hosts
   */
  PacketFilter(String table, List<String> protectedHosts) {
    this.table = table;
    this.protectedHosts = protectedHosts;
  }

  /**
   * Makes the table anew where it is not as it has to be; answers whether anything was mended. What
   * there has to be is asked for while nobody else changes the table: who changes it later has it
   * in what is asked for, or changes the new one.
   */
  synchronized boolean repair(
      Supplier<Collection<Bridge>> bridges, Supplier<Collection<Publication>> publications)
      throws IOException {
    Collection<Bridge> all = bridges.get();
    Collection<Publication> published = publications.get();
    if (matches(all, published)) {
      return false;
    }
    install(all, published);
    return true;
  }

  /** Makes the table as it has to be, in one transaction; what was there before is replaced. */
  private void install(Collection<Bridge> bridges, Collection<Publication> publications)
      throws IOException {
    StringBuilder commands = new StringBuilder();
    commands.append("add table ip ").append(table).append('\n');
    commands.append("delete table ip ").append(table).append('\n');
    commands.append(
        """
        table ip %s {
          map published_any { type inet_proto . inet_service : ipv4_addr . inet_service; }
          map published_at { type inet_proto . ipv4_addr . inet_service : ipv4_addr . inet_service; }
          set bridges { type ifname; }
          set within { type ifname . ifname; }
          set internal { type ifname; }
          set subnets { type ipv4_addr; flags interval; }
          set masqueraded { type ipv4_addr; flags interval; }
          set protected { type ipv4_addr; }
          chain publish {
            dnat ip to meta l4proto . ip daddr . th dport map @published_at
            dnat ip to meta l4proto . th dport map @published_any
          }
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
            fib daddr type local jump publish
          }
          chain output {
            type nat hook output priority -100; policy accept;
            fib daddr type local jump publish
          }
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr 127.0.0.0/8 oifname @bridges masquerade
            ip saddr @subnets oifname @bridges ct status dnat masquerade
            ip saddr @masqueraded oifname != @bridges masquerade
          }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname != @bridges oifname != @bridges accept
            ct state established,related accept
            ct state invalid drop
            iifname . oifname @within accept
            iifname @internal drop
            oifname @internal drop
            iifname @bridges ip daddr @protected drop
            oifname @bridges ct status dnat accept
            oifname @bridges drop
            ip saddr != @subnets drop
          }
          chain input {
            type filter hook input priority filter; policy accept;
            iifname != @bridges accept
            ct state established,related accept
            icmp type echo-request accept
            drop
          }
        }
        """
            .formatted(table));
    if (!protectedHosts.isEmpty()) {
      commands.append(
          "add element ip %s protected { %s }\n"
              .formatted(table, String.join(", ", protectedHosts)));
    }
    bridges.forEach(bridge -> commands.append(addBridge(bridge)));
    publications.forEach(publication -> commands.append(addPublication(publication)));
    nftables.run(commands.toString());
  }

  synchronized void add(Bridge bridge) throws IOException {
    nftables.run(addBridge(bridge));
  }

  /** Forgets a bridge; what is not there is well. */
  synchronized void remove(Bridge bridge) {
    run(
        List.of(
            "delete element ip %s bridges { \"%s\" }".formatted(table, bridge.link()),
            "delete element ip %s within { \"%2$s\" . \"%2$s\" }".formatted(table, bridge.link()),
            "delete element ip %s internal { \"%s\" }".formatted(table, bridge.link()),
            "delete element ip %s subnets { %s }".formatted(table, bridge.subnet()),
            "delete element ip %s masqueraded { %s }".formatted(table, bridge.subnet())));
  }

  synchronized void add(Collection<Publication> publications) throws IOException {
    if (!publications.isEmpty()) {
      StringBuilder commands = new StringBuilder();
      publications.forEach(publication -> commands.append(addPublication(publication)));
      nftables.run(commands.toString());
    }
  }

  /** Ends publications; one that is not there is well. */
  synchronized void remove(Collection<Publication> publications) {
    run(
        publications.stream()
            .map(one -> "delete element ip %s %s { %s }".formatted(table, one.map(), one.key()))
            .toList());
  }

  /** Removals, each by itself. */
  private void run(List<String> removals) {
    for (String removal : removals) {
      try {
        nftables.run(removal);
      } catch (IOException _) {
        // Gone already: somebody flushed the rules, or the removal is repeated.
      }
    }
  }

  private String addBridge(Bridge bridge) {
    // Where bridged packets pass the filter too (br_netfilter), those within one bridge are let
    // through.
    return """
    add element ip %1$s bridges { "%2$s" }
    add element ip %1$s within { "%2$s" . "%2$s" }
    add element ip %1$s subnets { %3$s }
    """
            .formatted(table, bridge.link(), bridge.subnet())
        + (bridge.internal()
            ? "add element ip %s internal { \"%s\" }\n".formatted(table, bridge.link())
            : "")
        + (bridge.masqueraded()
            ? "add element ip %s masqueraded { %s }\n".formatted(table, bridge.subnet())
            : "");
  }

  private String addPublication(Publication publication) {
    return "add element ip %s %s { %s }\n"
        .formatted(table, publication.map(), publication.element());
  }

  /** Whether the table is there, with every bridge, and every publication and no other. */
  synchronized boolean matches(Collection<Bridge> bridges, Collection<Publication> publications) {
    try {
      String any = nftables.run("list map ip %s published_any".formatted(table));
      String at = nftables.run("list map ip %s published_at".formatted(table));
      String links = nftables.run("list set ip %s bridges".formatted(table));
      long listed = count(any) + count(at);
      return listed == publications.size()
          && nftables.run("list chain ip %s forward".formatted(table)).contains("@internal")
          && bridges.stream().allMatch(one -> links.contains('"' + one.link() + '"'))
          && publications.stream()
              .allMatch(one -> (any + at).contains(one.address() + " . " + one.port()));
    } catch (IOException _) {
      return false;
    }
  }

  /** Elements of a listed map; the colon of its type is not one of them. */
  private static long count(String map) {
    return map.chars().filter(c -> c == ':').count() - 1;
  }

  /** Takes the table away; absent is well. */
  void uninstall() {
    try {
      nftables.run("delete table ip " + table);
    } catch (IOException _) {
      // Not there.
    }
  }

  @Override
  public void close() {
    nftables.close();
  }
}
