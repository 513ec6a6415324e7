package dev.gantry.network.plan;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The private ranges that networks without a subnet of their own are cut from, in the order of
 * preference.
 */
public record Pools(List<Pool> pools) {
  /**
   * 172.17 to 172.31 a /16 each, then 192.168 by /20, then half a million addresses' worth of 10.64
   * by /16.
   */
  public static final List<String> DEFAULT =
      List.of(
          "172.17.0.0/16:16",
          "172.18.0.0/15:16",
          "172.20.0.0/14:16",
          "172.24.0.0/13:16",
          "192.168.0.0/16:20",
          "10.64.0.0/10:16");

  public Pools {
    pools = List.copyOf(pools);
  }

  /** The first subnet that overlaps nothing of what networks and hosts use. */
  public Optional<Cidr> freeSubnet(Collection<Cidr> taken) {
    return pools.stream()
        .flatMap(pool -> FreeSpace.first(pool.range(), pool.subnetLength(), taken).stream())
        .findFirst();
  }
}
