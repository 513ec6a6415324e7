package dev.gantry.services;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A block of a network's addresses that a node may give out until it gives the block back.
 *
 * @param requestId the id under which the node asked, so that a lost answer is asked for again
 * @param subnet of the whole network, for example {@code 172.18.0.0/16}
 * @param gateway the network's gateway, which each host has on its own bridge
 * @param block the part of the subnet that is leased, for example {@code 172.18.3.0/24}
 * @param reserved addresses within the block that are not to be given out: the network's own, its
 *     broadcast address, the gateway, and those that the network's creator set aside
 * @param internal whether the network reaches nothing outside
 * @param options of the network's driver, {@code com.docker.network.bridge.enable_icc} and the like
 * @param removed whether the network is removed; the block is to be given back once the last
 *     endpoint has left, and no other may join
 */
public record Lease(
    String requestId,
    String networkId,
    String networkName,
    String subnet,
    String gateway,
    String block,
    List<String> reserved,
    boolean internal,
    Map<String, String> options,
    boolean removed) {

  /** Leases that a node wrote down before networks had options have none. */
  public Lease {
    options = Objects.requireNonNullElse(options, Map.of());
  }
}
