package dev.gantry.image.repository;

import dev.gantry.engine.TeamId;

/** One repository of one team: nobody sees more at once. */
public record Space(TeamId team, RepositoryName name) {
  String teamName() {
    return team.value();
  }

  String repository() {
    return name.repository();
  }
}
