package dev.gantry.image.catalog;

import static dev.gantry.image.db.Tables.IMAGE;
import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;
import static dev.gantry.image.db.Tables.TAG;
import static dev.gantry.image.db.Tables.TAG_HISTORY;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Giving and taking names. The caller's transaction holds the {@link TeamLock}. */
public final class Tags {
  private Tags() {}

  /**
   * Lets the tag name the image.
   *
   * @return the image that it named before, if that was another one
   */
  public static Optional<Digest> set(
      DSLContext tx, Actor actor, Reference name, Digest image, Instant now) {
    String team = actor.team().value();
    Optional<Digest> before = Catalog.named(tx, actor.team(), name);
    tx.insertInto(TAG, TAG.TEAM, TAG.REPOSITORY, TAG.TAG_, TAG.IMAGE, TAG.TAGGED_AT)
        .values(team, name.repository(), name.tag(), image.value(), now)
        .onConflict(TAG.TEAM, TAG.REPOSITORY, TAG.TAG_)
        .doUpdate()
        .set(TAG.IMAGE, image.value())
        .set(TAG.TAGGED_AT, now)
        .execute();
    tx.update(IMAGE)
        .set(IMAGE.LAST_TAGGED_AT, now)
        .where(IMAGE.TEAM.eq(team))
        .and(IMAGE.ID.eq(image.value()))
        .execute();
    if (before.isEmpty() || !before.get().equals(image)) {
      remember(tx, actor, name, image.value(), now);
    }
    return before.filter(old -> !old.equals(image));
  }

  /** Takes a tag or a digest name away. */
  public static void remove(DSLContext tx, Actor actor, Reference name, Instant now) {
    String team = actor.team().value();
    Digest digest = name.digest();
    if (digest != null) {
      tx.deleteFrom(REPOSITORY_DIGEST)
          .where(REPOSITORY_DIGEST.TEAM.eq(team))
          .and(REPOSITORY_DIGEST.REPOSITORY.eq(name.repository()))
          .and(REPOSITORY_DIGEST.DIGEST.eq(digest.value()))
          .execute();
      return;
    }
    int removed =
        tx.deleteFrom(TAG)
            .where(TAG.TEAM.eq(team))
            .and(TAG.REPOSITORY.eq(name.repository()))
            .and(TAG.TAG_.eq(name.tag()))
            .execute();
    if (removed > 0) {
      remember(tx, actor, name, null, now);
    }
  }

  private static void remember(
      DSLContext tx, Actor actor, Reference name, @Nullable String image, Instant now) {
    tx.insertInto(
            TAG_HISTORY,
            TAG_HISTORY.TEAM,
            TAG_HISTORY.REPOSITORY,
            TAG_HISTORY.TAG,
            TAG_HISTORY.IMAGE,
            TAG_HISTORY.CHANGED_AT,
            TAG_HISTORY.CHANGED_BY)
        .values(actor.team().value(), name.repository(), name.tag(), image, now, actor.user())
        .execute();
  }
}
