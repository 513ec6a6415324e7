package dev.gantry.services;

import java.util.List;

/**
 * The socket that speaks for a container's team. A bind of one of {@code paths} is a wish for it,
 * whatever a host has there.
 *
 * @param allowed whether containers of the team may have it
 * @param paths where clients know the engine's socket
 */
public record TeamSocket(boolean allowed, List<String> paths) {
  /** Where the engine's socket is for everybody. */
  public static final List<String> WELL_KNOWN = List.of("/var/run/docker.sock", "/run/docker.sock");

  /** Where the gateway takes connections of nodes on behalf of containers. */
  public static final String DOOR = "/v1/team-sockets";

  public TeamSocket {
    paths = List.copyOf(paths);
  }
}
