package dev.gantry.image.catalog;

import static dev.gantry.image.db.Tables.IMAGE;
import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;
import static dev.gantry.image.db.Tables.TAG;
import static dev.gantry.image.db.Tables.TAG_HISTORY;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import dev.gantry.image.rule.RuleException;
import dev.gantry.image.rule.RuleRows;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Giving and taking names. The caller's transaction holds the {@link TeamLock}. */
public final class Tags {
  private Tags() {}

  /**
   * What a tag names.
   *
   * @param image the team's image that it is or, of an index, has; null where there is none
   */
  public record Target(Digest manifest, @Nullable Digest image) {
    private @Nullable String imageId() {
      return image == null ? null : image.value();
    }
  }

  /** Lets the tag name the image. */
  public static void set(DSLContext tx, Actor actor, Reference name, Digest image, Instant now) {
    Digest manifest =
        tx.select(IMAGE.MANIFEST)
            .from(IMAGE)
            .where(IMAGE.TEAM.eq(actor.team().value()))
            .and(IMAGE.ID.eq(image.value()))
            .fetchSingle(row -> new Digest(row.value1()));
    set(tx, actor, name, new Target(manifest, image), now);
  }

  /** Lets the tag name the target. */
  public static void set(DSLContext tx, Actor actor, Reference name, Target target, Instant now) {
    String team = actor.team().value();
    Optional<Digest> before = manifest(tx, actor.team(), name);
    requireFree(tx, actor.team(), name, target.manifest(), before);
    tx.insertInto(TAG, TAG.TEAM, TAG.REPOSITORY, TAG.TAG_, TAG.MANIFEST, TAG.IMAGE, TAG.TAGGED_AT)
        .values(
            team, name.repository(), name.tag(), target.manifest().value(), target.imageId(), now)
        .onConflict(TAG.TEAM, TAG.REPOSITORY, TAG.TAG_)
        .doUpdate()
        .set(TAG.MANIFEST, target.manifest().value())
        .set(TAG.IMAGE, target.imageId())
        .set(TAG.TAGGED_AT, now)
        .execute();
    if (target.image() != null) {
      tx.update(IMAGE)
          .set(IMAGE.LAST_TAGGED_AT, now)
          .where(IMAGE.TEAM.eq(team))
          .and(IMAGE.ID.eq(target.imageId()))
          .execute();
    }
    if (before.isEmpty() || !before.get().equals(target.manifest())) {
      remember(tx, actor, name, target, now);
    }
  }

  /** Refuses early what {@link #set} would refuse: to move a tag that has to stay. */
  public static void requireFree(DSLContext db, TeamId team, Reference name, Digest manifest) {
    requireFree(db, team, name, manifest, manifest(db, team, name));
  }

  private static void requireFree(
      DSLContext db, TeamId team, Reference name, Digest manifest, Optional<Digest> before) {
    if (before.isPresent()
        && !before.get().equals(manifest)
        && RuleRows.immutable(db, team).isImmutable(name)) {
      throw stays(name, "moved from " + before.get());
    }
  }

  private static RuleException stays(Reference name, String what) {
    return new RuleException(
        RuleException.Rule.IMMUTABLE_TAG,
        "tag %s is immutable by a rule of its team and cannot be %s"
            .formatted(name.familiar(), what));
  }

  private static Optional<Digest> manifest(DSLContext tx, TeamId team, Reference name) {
    return tx.select(TAG.MANIFEST)
        .from(TAG)
        .where(TAG.TEAM.eq(team.value()))
        .and(TAG.REPOSITORY.eq(name.repository()))
        .and(TAG.TAG_.eq(name.tag()))
        .fetchOptional(row -> new Digest(row.value1()));
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
      if (RuleRows.immutable(tx, actor.team()).isImmutable(name)) {
        throw stays(name, "removed");
      }
      remember(tx, actor, name, null, now);
    }
  }

  private static void remember(
      DSLContext tx, Actor actor, Reference name, @Nullable Target target, Instant now) {
    tx.insertInto(
            TAG_HISTORY,
            TAG_HISTORY.TEAM,
            TAG_HISTORY.REPOSITORY,
            TAG_HISTORY.TAG,
            TAG_HISTORY.MANIFEST,
            TAG_HISTORY.IMAGE,
            TAG_HISTORY.CHANGED_AT,
            TAG_HISTORY.CHANGED_BY)
        .values(
            actor.team().value(),
            name.repository(),
            name.tag(),
            target == null ? null : target.manifest().value(),
            target == null ? null : target.imageId(),
            now,
            actor.user())
        .execute();
  }
}
