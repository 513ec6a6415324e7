package dev.gantry.services;

import dev.gantry.engine.ContainerCreateRequest;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;

/**
 * Asks a node to create a container under an id that the gateway chose; asked again, it answers the
 * same.
 *
 * @param socket what a bind of the engine's own socket means for the team
 */
public record CreateContainer(
    ContainerId id,
    String name,
    TeamId team,
    ResolvedImage image,
    ContainerCreateRequest request,
    TeamSocket socket) {}
