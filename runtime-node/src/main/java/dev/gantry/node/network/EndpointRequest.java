package dev.gantry.node.network;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container wants of one network.
 *
 * @param network its name, which names the endpoint
 * @param networkId null for the team's bridge
 * @param address of the client's choice; null for whatever is free
 * @param mac of its link; null where it follows from the address
 * @param gatewayPriority the network with the highest has the default route; among equals the first
 *     by name
 * @param names under which the others on the network find it
 * @param links what this container alone calls others, with their names
 */
public record EndpointRequest(
    String network,
    @Nullable String networkId,
    @Nullable String address,
    @Nullable String mac,
    int gatewayPriority,
    List<String> names,
    Map<String, String> links) {}
