package dev.gantry.image.catalog;

import dev.gantry.engine.TeamId;
import org.jooq.DSLContext;

/**
 * One change of a team's names and images at a time, so that a rule that was checked still holds
 * when it is acted on. Taken first in the transaction, before the lock of the store.
 */
public final class TeamLock {
  private TeamLock() {}

  public static void take(DSLContext transaction, TeamId team) {
    transaction.fetch(
        "select pg_advisory_xact_lock(hashtextextended(?, 0))", "gantry.image.team." + team);
  }
}
