package dev.gantry.gateway.identity;

import dev.gantry.engine.TeamId;
import dev.gantry.services.TeamSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose containers may have a socket that speaks for their team.
 *
 * @param teams by name; {@code *} for all
 * @param ours where this gateway's own socket is, by which clients of it may know the engine's;
 *     empty where there is none
 */
public record SocketPolicy(List<String> teams, String ours) {
  public boolean allows(TeamId team) {
    return teams.contains(team.value()) || teams.contains("*");
  }

  /** What a node has to know of it for a container of the team. */
  public TeamSocket of(TeamId team) {
    List<String> paths = new ArrayList<>(TeamSocket.WELL_KNOWN);
    if (!ours.isEmpty()) {
      paths.add(Path.of(ours).toAbsolutePath().normalize().toString());
    }
    return new TeamSocket(allows(team), paths);
  }
}
