package dev.gantry.services;

import dev.gantry.engine.EndpointSettings;

/**
 * Attaches a container to one more network.
 *
 * @param name of the network, which names the endpoint
 * @param endpoint what was asked for, with the network's id
 */
public record JoinNetwork(String name, EndpointSettings endpoint) {}
