package dev.gantry.image.catalog;

import static dev.gantry.image.db.Tables.TAG_HISTORY;

import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** What a tag has named, since when, and who let it. */
public final class TagHistory {
  private TagHistory() {}

  /**
   * One change.
   *
   * @param manifest that it named from then on; null where it was taken away
   * @param image the team's image that the manifest was or had, if any
   */
  public record Step(
      @Nullable String manifest, @Nullable String image, Instant changed, String user) {}

  /** The changes of a tag, the newest first. */
  public static List<Step> of(DSLContext db, TeamId team, Reference name, int limit) {
    return db.select(
            TAG_HISTORY.MANIFEST, TAG_HISTORY.IMAGE, TAG_HISTORY.CHANGED_AT, TAG_HISTORY.CHANGED_BY)
        .from(TAG_HISTORY)
        .where(TAG_HISTORY.TEAM.eq(team.value()))
        .and(TAG_HISTORY.REPOSITORY.eq(name.repository()))
        .and(TAG_HISTORY.TAG.eq(name.tag()))
        .orderBy(TAG_HISTORY.ID.desc())
        .limit(limit)
        .fetch(row -> new Step(row.value1(), row.value2(), row.value3(), row.value4()));
  }
}
