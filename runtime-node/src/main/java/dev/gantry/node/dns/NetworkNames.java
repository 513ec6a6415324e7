package dev.gantry.node.dns;

import dev.gantry.engine.ContainerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is called what on which network, and where they are. */
final class NetworkNames {
  /**
   * One container on one network.
   *
   * @param names in lower case; the first is that which its address is called by
   */
  private record Entry(List<String> names, String address) {}

  private record Zone(String name, Map<ContainerId, Entry> entries) {}

  private final Map<String, Zone> zones = new ConcurrentHashMap<>();

  void put(
      String networkId, String network, ContainerId id, Collection<String> names, String address) {
    List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    zones
        .computeIfAbsent(
            networkId, _ -> new Zone(network.toLowerCase(Locale.ROOT), new ConcurrentHashMap<>()))
        .entries()
        .put(id, new Entry(lower, address));
  }

  void remove(String networkId, ContainerId id) {
    zones.computeIfPresent(
        networkId,
        (_, zone) -> {
          zone.entries().remove(id);
          return zone.entries().isEmpty() ? null : zone;
        });
  }

  /**
   * The addresses of a name, which may have the network's behind it ({@code web.shop}).
   *
   * @param name in lower case, without the root's dot
   */
  Set<String> addresses(Collection<String> networkIds, String name) {
    Set<String> found = new LinkedHashSet<>();
    for (String networkId : networkIds) {
      Zone zone = zones.get(networkId);
      if (zone != null) {
        List<String> called = new ArrayList<>(List.of(name));
        if (name.endsWith("." + zone.name())) {
          called.add(name.substring(0, name.length() - zone.name().length() - 1));
        }
        zone.entries().values().stream()
            .filter(entry -> called.stream().anyMatch(entry.names()::contains))
            .forEach(entry -> found.add(entry.address()));
      }
    }
    return found;
  }

  /** The name of an address, with its network's; empty where nobody has it. */
  Optional<String> name(Collection<String> networkIds, String address) {
    for (String networkId : networkIds) {
      Zone zone = zones.get(networkId);
      if (zone != null) {
        for (Entry entry : zone.entries().values()) {
          if (entry.address().equals(address)) {
            return Optional.of(entry.names().getFirst() + "." + zone.name());
          }
        }
      }
    }
    return Optional.empty();
  }
}
