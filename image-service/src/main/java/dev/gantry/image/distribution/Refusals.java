package dev.gantry.image.distribution;

import dev.gantry.engine.TeamId;
import dev.gantry.image.access.Attempts;
import dev.gantry.image.access.Credentials;
import dev.gantry.services.ServiceException;
import java.time.InstantSource;

/**
 * Which calls of nobody in particular that were refused are told to the team that they name: to
 * teams that share something, so that nobody writes to the trails of others, and of one address no
 * more than it may guess.
 */
public final class Refusals {
  private final Credentials credentials;
  private final Attempts told;

  public Refusals(Credentials credentials, InstantSource clock) {
    this.credentials = credentials;
    this.told = new Attempts(clock);
  }

  boolean isToBeTold(TeamId team, String address) {
    if (told.exhausted(address) || !shares(team)) {
      return false;
    }
    told.failed(address);
    return true;
  }

  private boolean shares(TeamId team) {
    try {
      return credentials.isSharing(team);
    } catch (ServiceException _) {
      return false;
    }
  }
}
