package dev.gantry.node.network;

/**
 * One address of a network, given to one endpoint.
 *
 * @param prefixLength of the whole network
 * @param gateway empty where the network reaches nothing outside
 */
public record LeasedAddress(
    String networkId, String networkName, String address, int prefixLength, String gateway) {}
