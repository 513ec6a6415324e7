package dev.gantry.image.upload;

import dev.gantry.engine.TeamId;
import dev.gantry.image.quota.Usage;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * Refuses what the team has no room for: by the length that an upload is told to have, or, where it
 * is not told, as it comes.
 */
final class PromisedRoom implements OpenUpload.Allowance {
  /** For which more bytes room is made at once. */
  private static final long STEP = 8L << 20;

  private final DSLContext database;
  private final TeamId team;
  private final UUID upload;
  private long promised;

  PromisedRoom(DSLContext database, TeamId team, UUID upload) {
    this.database = database;
    this.team = team;
    this.upload = upload;
  }

  /** Before anything comes of it. */
  void announce(long length) {
    promised = Usage.promise(database, team, upload, length, length);
  }

  @Override
  public void require(long length) {
    if (length > promised) {
      promised = Usage.promise(database, team, upload, length, length + STEP);
    }
  }
}
