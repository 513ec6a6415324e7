package dev.gantry.image.distribution;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageIndex;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.manifest.MediaTypes;
import dev.gantry.image.manifest.PushedManifest;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.EventSubject;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.Repositories;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRemovals;
import dev.gantry.image.repository.Space;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Manifests and indexes: read, pushed, removed. */
final class ManifestRoutes {
  private static final int MOST_TAGS = 100;

  private final DSLContext database;
  private final BlobStore blobs;
  private final ManifestPush pushes;
  private final RepositoryRemovals removals;
  private final ImageEvents events;
  private final InstantSource clock;

  ManifestRoutes(
      DSLContext database,
      BlobStore blobs,
      ManifestPush pushes,
      RepositoryRemovals removals,
      ImageEvents events,
      InstantSource clock) {
    this.database = database;
    this.blobs = blobs;
    this.pushes = pushes;
    this.removals = removals;
    this.events = events;
    this.clock = clock;
  }

  void read(Exchange call, RegistryPath.Manifest path) throws IOException {
    Space space = call.space(path.name());
    Repositories.Held manifest =
        accepted(call, space, path.reference(), find(space, path.reference()));
    Digest digest = manifest.digest();
    call.header("Docker-Content-Digest", digest.value());
    if (call.isKnown(digest)) {
      return;
    }
    byte[] bytes = bytes(manifest, path.reference());
    if (call.is("GET")) {
      told(space, path.reference(), digest);
    }
    call.send(200, manifest.mediaType(), bytes);
  }

  private byte[] bytes(Repositories.Held manifest, String reference) throws IOException {
    try {
      return blobs.readSmall(manifest.digest(), ImageManifest.LIMIT);
    } catch (NoSuchFileException _) {
      // Removed since it was found.
      throw unknown(reference);
    }
  }

  private static DistributionException unknown(String reference) {
    return new DistributionException(
        DistributionError.MANIFEST_UNKNOWN, "the repository has no manifest " + reference);
  }

  /** Told to the team whose it is, whoever has read it. */
  private void told(Space space, String reference, Digest digest) {
    Reference name =
        isDigest(reference) ? space.name().digested(digest) : space.name().tagged(reference);
    database.transaction(
        configuration -> {
          DSLContext tx = DSL.using(configuration);
          ImageEvents.Of of = EventSubject.named(tx, space.team(), name, digest);
          events.tell(tx, space.team(), "pull", of, name.familiar(), clock.instant());
        });
  }

  private Repositories.Held find(Space space, String reference) {
    Optional<Repositories.Held> found =
        isDigest(reference)
            ? Repositories.byDigest(database, space, Exchange.digest(reference))
            : Repositories.byTag(database, space, reference);
    return found.orElseThrow(() -> unknown(reference));
  }

  /**
   * A client that takes no index is given the manifest for this fleet's platform; what else it does
   * not say that it takes, it is given all the same.
   */
  private Repositories.Held accepted(
      Exchange call, Space space, String reference, Repositories.Held found) throws IOException {
    List<String> accepted = new ArrayList<>();
    for (String header : Collections.list(call.request().getHeaders("Accept"))) {
      for (String type : header.split(",")) {
        accepted.add(mediaType(type));
      }
    }
    if (!MediaTypes.isIndex(found.mediaType())
        || accepted.stream().noneMatch(MediaTypes::isManifest)
        || accepted.stream().anyMatch(type -> MediaTypes.isIndex(type) || type.contains("*"))) {
      return found;
    }
    for (ContentDescriptor part : ImageIndex.parse(bytes(found, reference)).manifests()) {
      if (part.platform().fits(ImagePlatform.ofThisHost()) && accepted.contains(part.mediaType())) {
        return Repositories.byDigest(database, space, part.digest()).orElse(found);
      }
    }
    return found;
  }

  private static String mediaType(String header) {
    return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static boolean isDigest(String reference) {
    return reference.contains(":");
  }

  void push(Exchange call, RegistryPath.Manifest path) throws IOException, InterruptedException {
    byte[] body = call.request().getInputStream().readNBytes(ImageManifest.LIMIT + 1);
    if (body.length > ImageManifest.LIMIT) {
      throw new DistributionException(
          DistributionError.MANIFEST_INVALID,
          413,
          "a manifest has at most " + ImageManifest.LIMIT + " bytes");
    }
    String type = call.request().getContentType();
    PushedManifest manifest = PushedManifest.parse(body, type == null ? "" : mediaType(type));
    Set<String> tags = new LinkedHashSet<>(call.parameters("tag"));
    Digest digest;
    if (isDigest(path.reference())) {
      digest = checked(body, Exchange.digest(path.reference()));
    } else {
      digest = Digest.ofBytes(body);
      tags.add(path.reference());
    }
    requireTags(tags);
    pushes.push(call.actor(), path.name(), manifest, digest, List.copyOf(tags));
    call.parameters("tag").forEach(tag -> call.response().addHeader("OCI-Tag", tag));
    manifest.subject().ifPresent(subject -> call.header("OCI-Subject", subject.value()));
    call.header("Location", "/v2/" + path.name() + "/manifests/" + digest);
    call.header("Docker-Content-Digest", digest.value());
    call.sendNothing(201);
  }

  private static Digest checked(byte[] body, Digest named) {
    String hash = HexFormat.of().formatHex(named.newHash().digest(body));
    if (!hash.equals(named.hex())) {
      throw new DistributionException(
          DistributionError.DIGEST_INVALID, "the manifest is not " + named);
    }
    return named;
  }

  private static void requireTags(Set<String> tags) {
    if (tags.size() > MOST_TAGS) {
      throw new DistributionException(
          DistributionError.UNSUPPORTED, 414, "at most " + MOST_TAGS + " tags at once");
    }
    for (String tag : tags) {
      if (!RepositoryName.isTag(tag)) {
        throw new DistributionException(
            DistributionError.MANIFEST_INVALID, "invalid tag \"" + tag + "\"");
      }
    }
  }

  void remove(Exchange call, RegistryPath.Manifest path) throws IOException {
    if (isDigest(path.reference())) {
      removals.removeManifest(call.actor(), path.name(), Exchange.digest(path.reference()));
    } else {
      removals.removeTag(call.actor(), path.name(), path.reference());
    }
    call.sendNothing(202);
  }
}
