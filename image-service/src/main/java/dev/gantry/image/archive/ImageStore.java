package dev.gantry.image.archive;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.NewImage;
import dev.gantry.image.catalog.Tags;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.catalog.TeamLock;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.quota.Room;
import dev.gantry.image.quota.Usage;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Gives teams images whose parts are all at hand; an image is visible whole or not at all. */
public final class ImageStore {
  private final DSLContext database;
  private final BlobStore blobs;
  private final ImageEvents events;
  private final FaultPoints faults;
  private final InstantSource clock;

  public ImageStore(
      DSLContext database,
      BlobStore blobs,
      ImageEvents events,
      FaultPoints faults,
      InstantSource clock) {
    this.database = database;
    this.blobs = blobs;
    this.events = events;
    this.faults = faults;
    this.clock = clock;
  }

  /**
   * An image on its way in.
   *
   * @param parts its blobs, staged; all that are not its parent's
   * @param action how it came: load, import or create
   * @param parent an image of the team's of which it has layers
   */
  record Arrival(
      NewImage image,
      List<StagedBlob> parts,
      List<Reference> names,
      String action,
      Optional<Digest> parent) {
    Arrival(NewImage image, List<StagedBlob> parts, List<Reference> names, String action) {
      this(image, parts, names, action, Optional.empty());
    }
  }

  /** What the team has room for. */
  Room room(Actor actor) {
    return Room.of(database, actor.team());
  }

  /** Adds an image and lets the names name it. */
  void add(Actor actor, Arrival arrival, Staging staging) throws IOException, InterruptedException {
    NewImage image = arrival.image();
    Publication parts = blobs.prepare(staging, arrival.parts());
    faults.pass("load.afterBlob");
    try {
      database.transaction(
          configuration -> {
            DSLContext transaction = DSL.using(configuration);
            TeamLock.take(transaction, actor.team());
            StoreLock.NAMING.take(transaction);
            requireParent(transaction, actor, arrival.parent());
            Instant now = clock.instant();
            Images.addBlobs(transaction, image, now);
            Usage.charge(transaction, actor.team(), image.blobs());
            if (Catalog.image(transaction, actor.team(), image.id()).isEmpty()) {
              Images.add(transaction, actor.team(), image, arrival.parent(), now);
            }
            var of = new ImageEvents.Of(image.id(), image.config().labels());
            events.tell(transaction, actor.team(), arrival.action(), of, shown(arrival), now);
            name(transaction, actor, of, arrival.names(), now);
            parts.publish(transaction);
            faults.pass("load.beforeCommit");
          });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The layers of a parent are in the store as long as the team has the parent. */
  private static void requireParent(DSLContext transaction, Actor actor, Optional<Digest> parent) {
    parent.ifPresent(
        id -> {
          var _ = Catalog.find(transaction, actor.team(), id.value()).require();
        });
  }

  /** What is new of a created image is its id; names come after. */
  private static String shown(Arrival arrival) {
    return arrival.names().isEmpty() || arrival.action().equals("create")
        ? arrival.image().id().value()
        : arrival.names().getFirst().familiar();
  }

  private void name(
      DSLContext transaction,
      Actor actor,
      ImageEvents.Of image,
      List<Reference> names,
      Instant now) {
    for (Reference name : names) {
      Tags.set(transaction, actor, name, image.id(), now);
      events.tell(transaction, actor.team(), "tag", image, name.familiar(), now);
    }
  }

  /** {@code docker tag}. */
  public void tag(Actor actor, String source, Reference name) {
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          TeamLock.take(transaction, actor.team());
          TeamImage image = Catalog.find(transaction, actor.team(), source).require().image();
          var of = new ImageEvents.Of(image.id(), image.labels());
          name(transaction, actor, of, List.of(name), clock.instant());
        });
  }
}
