package dev.gantry.image.access;

import dev.gantry.engine.TeamId;
import java.util.Set;

/** Which images containers use: the gateway knows. Without its answer nobody may act on it. */
public final class ContainerImages {
  private final Gateway gateway;

  public ContainerImages(Gateway gateway) {
    this.gateway = gateway;
  }

  /** The ids of the team's. */
  public Set<String> of(TeamId team) {
    return gateway.ask(api -> api.imagesInUse(team.value())).orElseThrow();
  }
}
