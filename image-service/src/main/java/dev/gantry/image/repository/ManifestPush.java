package dev.gantry.image.repository;

import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.Manifests;
import dev.gantry.image.catalog.NewImage;
import dev.gantry.image.catalog.Tags;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.catalog.TeamLock;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.PushedManifest;
import dev.gantry.image.quota.Usage;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Takes manifests into repositories: visible with everything that they name, or not at all. One
 * that is an image which can be run is at once an image of the team.
 */
public final class ManifestPush {
  private final DSLContext database;
  private final BlobStore blobs;
  private final ImageReader images;
  private final ImageEvents events;
  private final FaultPoints faults;
  private final InstantSource clock;
  private final Consumer<Space> pushed;

  /**
   * @param pushed told afterwards which repository has something new
   */
  public ManifestPush(
      DSLContext database,
      BlobStore blobs,
      LayerIntake intake,
      ImageEvents events,
      FaultPoints faults,
      InstantSource clock,
      Consumer<Space> pushed) {
    this.database = database;
    this.blobs = blobs;
    this.images = new ImageReader(database, blobs, intake);
    this.events = events;
    this.faults = faults;
    this.clock = clock;
    this.pushed = pushed;
  }

  /** Adds a manifest of which the digest was checked, and lets the tags name it. */
  public void push(
      Actor actor, RepositoryName name, PushedManifest manifest, Digest digest, List<String> tags)
      throws IOException, InterruptedException {
    Space space = new Space(actor.team(), name);
    // Once before anything is read, and again when nothing can go any more.
    requireParts(database, space, manifest);
    tags.forEach(tag -> Tags.requireFree(database, actor.team(), name.tagged(tag), digest));
    Optional<NewImage> image = images.read(manifest, digest);
    try (Staging staging = blobs.stage()) {
      // Its digest may be one of SHA-512.
      Path file = staging.stage(manifest.bytes()).file();
      StagedBlob staged = new StagedBlob(digest, manifest.bytes().length, file);
      Publication document = blobs.prepare(staging, List.of(staged));
      faults.pass("push.beforeManifest");
      database.transaction(
          configuration -> {
            DSLContext transaction = DSL.using(configuration);
            TeamLock.take(transaction, actor.team());
            StoreLock.NAMING.take(transaction);
            requireParts(transaction, space, manifest);
            Instant now = clock.instant();
            BlobRows.insert(transaction, digest, staged.size(), now);
            List<Digest> parts =
                manifest.parts().map(ContentDescriptor::digest).distinct().toList();
            charge(transaction, actor, parts, List.of(digest));
            Manifests.add(transaction, digest, manifest, parts);
            Tags.Target target =
                new Tags.Target(digest, imageOf(transaction, space, manifest, image, now));
            hold(transaction, space, target);
            tell(transaction, actor, "push", target, name.digested(digest), now);
            for (String tag : tags) {
              Tags.set(transaction, actor, name.tagged(tag), target, now);
              tell(transaction, actor, "tag", target, name.tagged(tag), now);
            }
            document.publish(transaction);
            faults.pass("push.beforeCommit");
          });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    pushed.accept(space);
  }

  /**
   * What a pull has brought.
   *
   * @param index what the name leads to where that is not the manifest itself; it is kept although
   *     the manifests of other platforms are not
   * @param layers that were read when they came
   */
  public record Pulled(
      PushedManifest manifest,
      Digest digest,
      Optional<PushedManifest> index,
      Map<Digest, LayerFacts> layers,
      Reference name) {
    private Digest named() {
      return index.map(one -> Digest.ofBytes(one.bytes())).orElse(digest);
    }
  }

  /** Gives the team the image that was pulled, and lets its name lead to it. */
  public void pull(Actor actor, RepositoryName repository, Pulled pulled)
      throws IOException, InterruptedException {
    Space space = new Space(actor.team(), repository);
    requireParts(database, space, pulled.manifest());
    NewImage image = images.image(ImageManifest.parse(pulled.manifest().bytes()), pulled.layers());
    try (Staging staging = blobs.stage()) {
      List<StagedBlob> staged = new ArrayList<>();
      staged.add(staging.stage(pulled.manifest().bytes()));
      if (pulled.index().isPresent()) {
        staged.add(staging.stage(pulled.index().get().bytes()));
      }
      Publication documents = blobs.prepare(staging, staged);
      faults.pass("pull.beforeManifest");
      database.transaction(
          configuration -> {
            DSLContext transaction = DSL.using(configuration);
            TeamLock.take(transaction, actor.team());
            StoreLock.NAMING.take(transaction);
            requireParts(transaction, space, pulled.manifest());
            Instant now = clock.instant();
            staged.forEach(blob -> BlobRows.insert(transaction, blob.digest(), blob.size(), now));
            charge(
                transaction,
                actor,
                pulled.manifest().parts().map(ContentDescriptor::digest).toList(),
                staged.stream().map(StagedBlob::digest).toList());
            keep(transaction, actor, space, pulled, image, now);
            documents.publish(transaction);
            faults.pass("pull.beforeCommit");
          });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    pushed.accept(space);
  }

  private static void charge(
      DSLContext tx, Actor actor, List<Digest> parts, List<Digest> documents) {
    List<Digest> all = new ArrayList<>(parts);
    all.addAll(documents);
    Usage.charge(tx, actor.team(), all);
  }

  private void keep(
      DSLContext tx, Actor actor, Space space, Pulled pulled, NewImage image, Instant now) {
    Digest id =
        Objects.requireNonNull(
            imageOf(tx, space, pulled.manifest(), Optional.of(image), now), "an image has an id");
    hold(tx, space, new Tags.Target(pulled.digest(), id));
    Tags.Target target = new Tags.Target(pulled.named(), id);
    pulled
        .index()
        .ifPresent(
            index -> {
              Manifests.add(tx, pulled.named(), index, List.of(pulled.digest()));
              hold(tx, space, target);
            });
    if (pulled.name().tag() != null && pulled.name().digest() == null) {
      Tags.set(tx, actor, pulled.name(), target, now);
    }
    var told = new ImageEvents.Of(id, image.config().labels());
    events.tell(tx, actor.team(), "pull", told, pulled.name().familiar(), now);
  }

  /** Notes that the repository elsewhere has the image by its manifest now. */
  public void pushedOut(Actor actor, RepositoryName repository, TeamImage image, Reference name) {
    Space space = new Space(actor.team(), repository);
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          TeamLock.take(transaction, actor.team());
          if (Catalog.image(transaction, actor.team(), image.id()).isPresent()) {
            hold(transaction, space, new Tags.Target(image.manifest(), image.id()));
          }
          var told = new ImageEvents.Of(image.id(), image.labels());
          events.tell(transaction, actor.team(), "push", told, name.familiar(), clock.instant());
        });
  }

  private static void requireParts(DSLContext db, Space space, PushedManifest manifest) {
    Map<Digest, Long> held =
        new HashMap<>(Repositories.heldBlobs(db, space, digests(manifest.blobs())));
    held.putAll(Repositories.heldManifests(db, space, digests(manifest.manifests())));
    List<String> unknown = new ArrayList<>();
    for (ContentDescriptor part : manifest.parts().toList()) {
      Long size = held.get(part.digest());
      if (size == null) {
        unknown.add(part.digest().value());
      } else if (size != part.size()) {
        throw new DistributionException(
            DistributionError.MANIFEST_INVALID,
            part.digest() + " has " + size + " bytes, not " + part.size());
      }
    }
    if (!unknown.isEmpty()) {
      throw new DistributionException(
          DistributionError.MANIFEST_BLOB_UNKNOWN,
          "the repository has no " + String.join(", ", unknown));
    }
  }

  private static List<Digest> digests(List<ContentDescriptor> parts) {
    return parts.stream().map(ContentDescriptor::digest).toList();
  }

  /** The image of the team that the manifest is, after it has become one, or that an index has. */
  private static @Nullable Digest imageOf(
      DSLContext tx, Space space, PushedManifest manifest, Optional<NewImage> image, Instant now) {
    if (image.isPresent()) {
      Digest id = image.get().id();
      if (Catalog.image(tx, space.team(), id).isEmpty()) {
        Images.add(tx, space.team(), image.get(), Optional.empty(), now);
      } else {
        Images.describe(tx, image.get(), now);
      }
      return id;
    }
    for (ContentDescriptor part : manifest.manifests()) {
      Optional<Digest> id = Catalog.named(tx, space.team(), space.name().digested(part.digest()));
      if (id.isPresent()) {
        return id.get();
      }
    }
    return null;
  }

  private static void hold(DSLContext tx, Space space, Tags.Target target) {
    Digest image = target.image();
    String id = image == null ? null : image.value();
    tx.insertInto(
            REPOSITORY_DIGEST,
            REPOSITORY_DIGEST.TEAM,
            REPOSITORY_DIGEST.REPOSITORY,
            REPOSITORY_DIGEST.DIGEST,
            REPOSITORY_DIGEST.IMAGE)
        .values(space.teamName(), space.repository(), target.manifest().value(), id)
        .onConflict(REPOSITORY_DIGEST.TEAM, REPOSITORY_DIGEST.REPOSITORY, REPOSITORY_DIGEST.DIGEST)
        .doUpdate()
        .set(REPOSITORY_DIGEST.IMAGE, id)
        .execute();
  }

  private void tell(
      DSLContext tx, Actor actor, String action, Tags.Target target, Reference name, Instant now) {
    Digest image = target.image();
    ImageEvents.Of of =
        EventSubject.of(tx, image == null ? target.manifest() : image, Optional.ofNullable(image));
    events.tell(tx, actor.team(), action, of, name.familiar(), now);
  }
}
