package dev.gantry.services;

import dev.gantry.engine.ContainerCreateRequest;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import java.util.Map;

/**
 * Asks a node to create a container under an id that the gateway chose; asked again, it answers the
 * same.
 *
 * @param image what it is made from
 * @param mounted the images that its mounts name, by that name
 * @param readOnlyAtTop binds that are read-only leave the mounts below them as they are
 * @param socket what a bind of the engine's own socket means for the team
 */
public record CreateContainer(
    ContainerId id,
    String name,
    TeamId team,
    ResolvedImage image,
    Map<String, ResolvedImage> mounted,
    ContainerCreateRequest request,
    boolean readOnlyAtTop,
    TeamSocket socket) {}
