package dev.gantry.image.retention;

import static dev.gantry.image.db.Tables.IMAGE;
import static dev.gantry.image.db.Tables.MANIFEST;
import static dev.gantry.image.db.Tables.MANIFEST_PART;
import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;
import static dev.gantry.image.db.Tables.TAG;
import static org.jooq.impl.DSL.select;

import dev.gantry.engine.Digest;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.Tags;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.repository.EventSubject;
import dev.gantry.image.repository.Repositories;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * Takes one tag away, and what the repository had for its sake alone: the manifest, the parts of an
 * index, what is about them, and the image that no name leads to any more. Blobs are left to the
 * collector.
 */
final class Expiry {
  private final DSLContext tx;
  private final ImageEvents events;
  private final Actor actor;
  private final Set<String> used;
  private final Instant now;

  /**
   * @param tx holds the team's lock
   * @param used ids of images that containers use, which stay
   */
  Expiry(DSLContext tx, ImageEvents events, Actor actor, Set<String> used, Instant now) {
    this.tx = tx;
    this.events = events;
    this.actor = actor;
    this.used = used;
    this.now = now;
  }

  void untag(TaggedManifest tag) {
    ImageEvents.Of of = EventSubject.named(tx, actor.team(), tag.name(), tag.manifest());
    events.tell(tx, actor.team(), "untag", of, tag.name().familiar(), now);
    Tags.remove(tx, actor, tag.name(), now);
    Set<String> images = new LinkedHashSet<>();
    if (!tag.image().isEmpty()) {
      images.add(tag.image());
    }
    drop(new Space(actor.team(), RepositoryName.of(tag.name())), tag.manifest(), images);
    images.stream().filter(image -> !used.contains(image)).forEach(this::removeNameless);
  }

  /** Removes a manifest of the repository to which nothing else there leads. */
  private void drop(Space space, Digest manifest, Set<String> images) {
    Condition here =
        REPOSITORY_DIGEST
            .TEAM
            .eq(space.team().value())
            .and(REPOSITORY_DIGEST.REPOSITORY.eq(space.name().repository()));
    Condition own = here.and(REPOSITORY_DIGEST.DIGEST.eq(manifest.value()));
    if (isTagged(space, manifest)
        || Repositories.isNamed(tx, space, manifest)
        || tx.fetchExists(REPOSITORY_DIGEST, own.and(REPOSITORY_DIGEST.IMAGE.in(used)))) {
      return;
    }
    images.addAll(
        tx.select(REPOSITORY_DIGEST.IMAGE)
            .from(REPOSITORY_DIGEST)
            .where(own)
            .and(REPOSITORY_DIGEST.IMAGE.isNotNull())
            .fetch(REPOSITORY_DIGEST.IMAGE));
    int _ = tx.deleteFrom(REPOSITORY_DIGEST).where(own).execute();
    List<String> others =
        tx.select(REPOSITORY_DIGEST.DIGEST)
            .from(REPOSITORY_DIGEST)
            .where(here)
            .and(
                REPOSITORY_DIGEST
                    .DIGEST
                    .in(
                        select(MANIFEST_PART.PART)
                            .from(MANIFEST_PART)
                            .where(MANIFEST_PART.MANIFEST.eq(manifest.value())))
                    .or(
                        REPOSITORY_DIGEST.DIGEST.in(
                            select(MANIFEST.DIGEST)
                                .from(MANIFEST)
                                .where(MANIFEST.SUBJECT.eq(manifest.value())))))
            .fetch(REPOSITORY_DIGEST.DIGEST);
    others.forEach(other -> drop(space, new Digest(other), images));
  }

  private boolean isTagged(Space space, Digest manifest) {
    return tx.fetchExists(
        TAG,
        TAG.TEAM
            .eq(space.team().value())
            .and(TAG.REPOSITORY.eq(space.name().repository()))
            .and(TAG.MANIFEST.eq(manifest.value())));
  }

  private void removeNameless(String image) {
    String team = actor.team().value();
    boolean named =
        tx.fetchExists(TAG, TAG.TEAM.eq(team).and(TAG.IMAGE.eq(image)))
            || tx.fetchExists(
                REPOSITORY_DIGEST,
                REPOSITORY_DIGEST.TEAM.eq(team).and(REPOSITORY_DIGEST.IMAGE.eq(image)));
    if (named || !tx.fetchExists(IMAGE, IMAGE.TEAM.eq(team).and(IMAGE.ID.eq(image)))) {
      return;
    }
    Digest id = new Digest(image);
    var of = new ImageEvents.Of(id, Catalog.labels(tx, id));
    events.tell(tx, actor.team(), "delete", of, image, now);
    Images.remove(tx, actor.team(), id);
  }
}
