package dev.gantry.image.distribution;

import dev.gantry.image.catalog.Actor;
import dev.gantry.image.repository.RepositoryName;

/**
 * Who may do what to which repository: the one place that decides. Every user of a team is a member
 * of it today, and a member may do everything to the team's repositories; that another team's look
 * absent is not decided here but by every look-up, which takes the team.
 */
final class RegistryPolicy {
  /** What can be done to a repository, as scopes of tokens name it. */
  enum Action {
    PULL,
    PUSH,
    DELETE
  }

  private RegistryPolicy() {}

  static boolean allows(Actor actor, RepositoryName repository, Action action) {
    return !actor.user().isEmpty();
  }
}
