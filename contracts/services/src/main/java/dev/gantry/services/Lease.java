package dev.gantry.services;

/**
 * A block of a network's addresses that a node may give out until it gives the block back.
 *
 * @param requestId the id under which the node asked, so that a lost answer is asked for again
 * @param subnet of the whole network, for example {@code 172.18.0.0/16}
 * @param gateway the network's gateway, which each host has on its own bridge
 * @param block the part of the subnet that is leased, for example {@code 172.18.3.0/24}
 */
public record Lease(
    String requestId,
    String networkId,
    String networkName,
    String subnet,
    String gateway,
    String block) {}
