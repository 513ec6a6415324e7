package dev.gantry.image.repository;

import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;
import static dev.gantry.image.db.Tables.TAG;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Tags;
import dev.gantry.image.catalog.TeamLock;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.removal.Collector;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Takes tags, manifests and blobs out of a repository. An image of the team that has lost its last
 * name so stays, nameless, until it is pruned: only who knows the containers can tell whether one
 * needs it.
 */
public final class RepositoryRemovals {
  private final DSLContext database;
  private final Collector collector;
  private final ImageEvents events;
  private final InstantSource clock;

  public RepositoryRemovals(
      DSLContext database, Collector collector, ImageEvents events, InstantSource clock) {
    this.database = database;
    this.collector = collector;
    this.events = events;
    this.clock = clock;
  }

  public void removeTag(Actor actor, RepositoryName name, String tag) throws IOException {
    Space space = new Space(actor.team(), name);
    remove(
        actor,
        tx -> {
          Repositories.Held manifest =
              Repositories.byTag(tx, space, tag).orElseThrow(() -> unknownManifest(tag));
          untag(tx, actor, name.tagged(tag), manifest.digest());
        });
  }

  /** Removes a manifest with the tags that name it. */
  public void removeManifest(Actor actor, RepositoryName name, Digest digest) throws IOException {
    Space space = new Space(actor.team(), name);
    remove(
        actor,
        tx -> {
          if (Repositories.byDigest(tx, space, digest).isEmpty()) {
            throw unknownManifest(digest.value());
          }
          if (Repositories.isNamed(tx, space, digest)) {
            throw isNeeded("an index of the repository names " + digest + "; remove that first");
          }
          tx.select(TAG.TAG_)
              .from(TAG)
              .where(TAG.TEAM.eq(space.teamName()))
              .and(TAG.REPOSITORY.eq(space.repository()))
              .and(TAG.MANIFEST.eq(digest.value()))
              .fetch(TAG.TAG_)
              .forEach(tag -> untag(tx, actor, name.tagged(tag), digest));
          tell(tx, actor, "delete", digest, name.digested(digest));
          int _ =
              tx.deleteFrom(REPOSITORY_DIGEST)
                  .where(REPOSITORY_DIGEST.TEAM.eq(space.teamName()))
                  .and(REPOSITORY_DIGEST.REPOSITORY.eq(space.repository()))
                  .and(REPOSITORY_DIGEST.DIGEST.eq(digest.value()))
                  .execute();
        });
  }

  public void removeBlob(Actor actor, RepositoryName name, Digest digest) throws IOException {
    Space space = new Space(actor.team(), name);
    remove(
        actor,
        tx -> {
          if (Repositories.isNamed(tx, space, digest)) {
            throw isNeeded("a manifest of the repository names " + digest + "; remove that first");
          }
          if (!PendingBlobs.forget(tx, space, digest)) {
            throw new DistributionException(
                DistributionError.BLOB_UNKNOWN, "the repository has no blob " + digest);
          }
        });
  }

  private interface Removal {
    void run(DSLContext transaction);
  }

  private void remove(Actor actor, Removal removal) throws IOException {
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          TeamLock.take(transaction, actor.team());
          StoreLock.NAMING.take(transaction);
          removal.run(transaction);
        });
    long _ = collector.collect();
  }

  private void untag(DSLContext tx, Actor actor, Reference name, Digest manifest) {
    tell(tx, actor, "untag", manifest, name);
    Tags.remove(tx, actor, name, clock.instant());
  }

  /** Before it is done, as long as the name leads to the image. */
  private void tell(DSLContext tx, Actor actor, String action, Digest manifest, Reference name) {
    Instant now = clock.instant();
    ImageEvents.Of of = EventSubject.named(tx, actor.team(), name, manifest);
    events.tell(tx, actor.team(), action, of, name.familiar(), now);
  }

  private static DistributionException unknownManifest(String reference) {
    return new DistributionException(
        DistributionError.MANIFEST_UNKNOWN, "the repository has no manifest " + reference);
  }

  private static DistributionException isNeeded(String why) {
    return new DistributionException(DistributionError.UNSUPPORTED, why);
  }
}
