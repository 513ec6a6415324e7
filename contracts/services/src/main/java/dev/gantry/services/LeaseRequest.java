package dev.gantry.services;

import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a block of addresses.
 *
 * @param requestId chosen by the node; asked again with the same, the same block is answered
 * @param network id or name; null for the team's default {@code bridge}
 * @param address leases exactly this address, as a block of its own, which no other node may hold;
 *     null for whatever block is free
 * @param hostPrefixes prefixes that this host has routes to, which a new network must not overlap
 */
public record LeaseRequest(
    String requestId,
    NodeId node,
    TeamId team,
    @Nullable String network,
    @Nullable String address,
    List<String> hostPrefixes) {}
