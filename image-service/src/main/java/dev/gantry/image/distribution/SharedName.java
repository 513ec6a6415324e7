package dev.gantry.image.distribution;

import dev.gantry.engine.TeamId;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import java.util.Optional;

/**
 * The name by which everybody knows what a team lets everybody pull: {@code team.gantry/TEAM/NAME}.
 * Other names are those of the caller's own team.
 */
final class SharedName {
  private static final String DOMAIN = "team.gantry";

  private SharedName() {}

  /** The team's repository; empty where the name is not of this form. */
  static Optional<Space> parse(RepositoryName name) {
    if (!name.domain().equals(DOMAIN)) {
      return Optional.empty();
    }
    int slash = name.path().indexOf('/');
    try {
      return Optional.of(
          new Space(
              new TeamId(name.path().substring(0, Math.max(0, slash))),
              RepositoryName.parse(name.path().substring(slash + 1)).orElseThrow()));
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      throw new DistributionException(
          DistributionError.NAME_INVALID, "not " + DOMAIN + "/TEAM/NAME: \"" + name + "\"");
    }
  }
}
