package dev.gantry.services;

import dev.gantry.engine.TeamId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What an access token lets its bearer do at the registry.
 *
 * @param id of the token, which is no secret
 * @param user who had it issued
 * @param repositories of the team that it is for; empty for all
 */
public record RegistryGrant(
    String id,
    TeamId team,
    String user,
    Set<Right> rights,
    List<RepositoryPattern> repositories,
    Instant expires) {

  /** What can be done to a repository, as scopes of tokens name it. */
  public enum Right {
    PULL,
    PUSH,
    DELETE
  }

  public RegistryGrant {
    rights = Set.copyOf(rights);
    repositories = List.copyOf(repositories);
  }

  /**
   * True where it is for the repository, and for that.
   *
   * @param repository as {@code docker images} shows it
   */
  public boolean allows(String repository, Right right) {
    return rights.contains(right)
        && (repositories.isEmpty()
            || repositories.stream().anyMatch(pattern -> pattern.matches(repository)));
  }
}
