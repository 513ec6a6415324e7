package dev.gantry.node.network;

import dev.gantry.services.Lease;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Which addresses of which network are given out on this node. */
final class GivenAddresses {
  private final Map<String, Set<Integer>> given = new HashMap<>();
  private final Map<String, Integer> last = new HashMap<>();
  private final Set<String> retired = new HashSet<>();

  /**
   * Gives out the next free address of a block after the one given last, so that a freed one rests
   * before it is given again.
   */
  synchronized OptionalInt next(Lease lease) {
    if (retired.contains(lease.networkId())) {
      return OptionalInt.empty();
    }
    Ipv4Block block = Ipv4Block.parse(lease.block());
    Ipv4Block subnet = Ipv4Block.parse(lease.subnet());
    int gateway = Ipv4Block.number(lease.gateway());
    Set<Integer> used = of(lease.networkId());
    List<Integer> reserved = lease.reserved().stream().map(Ipv4Block::number).toList();
    int start = last.getOrDefault(lease.block(), 0);
    for (int i = 1; i <= block.size(); i++) {
      int offset = (start + i) % block.size();
      int candidate = block.base() + offset;
      if (candidate != gateway
          && !subnet.isEdge(candidate)
          && !reserved.contains(candidate)
          && used.add(candidate)) {
        last.put(lease.block(), offset);
        return OptionalInt.of(candidate);
      }
    }
    return OptionalInt.empty();
  }

  /** False where it is given out already. */
  synchronized boolean give(String networkId, int address) {
    return !retired.contains(networkId) && of(networkId).add(address);
  }

  /** None of a network's addresses is given out any more; false where one is in use. */
  synchronized boolean retire(String networkId) {
    return count(networkId) == 0 && retired.add(networkId);
  }

  /** Nothing of a retired network is held any more, so that nothing can be given of it. */
  synchronized void gone(String networkId) {
    retired.remove(networkId);
    given.remove(networkId);
  }

  synchronized void giveBack(String networkId, int address) {
    of(networkId).remove(address);
  }

  synchronized int count(String networkId) {
    Set<Integer> all = given.get(networkId);
    return all == null ? 0 : all.size();
  }

  /** By network. */
  synchronized Map<String, List<String>> all() {
    Map<String, List<String>> all = new HashMap<>();
    given.forEach(
        (network, addresses) ->
            all.put(network, addresses.stream().sorted().map(Ipv4Block::text).toList()));
    return all;
  }

  private Set<Integer> of(String networkId) {
    return given.computeIfAbsent(networkId, _ -> new HashSet<>());
  }
}
