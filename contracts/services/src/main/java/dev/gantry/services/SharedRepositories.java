package dev.gantry.services;

import dev.gantry.engine.TeamId;
import java.util.List;

/** The repositories of a team that everybody may pull from, with or without a name of his own. */
public record SharedRepositories(TeamId team, List<RepositoryPattern> repositories) {
  public SharedRepositories {
    repositories = List.copyOf(repositories);
  }
}
