package dev.gantry.image.transfer;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.remote.BlobUpload;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.image.remote.RemoteRepository;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.Repositories;
import dev.gantry.image.repository.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jooq.DSLContext;

/**
 * {@code docker push}: the blobs that the registry lacks, as they are in the store, and then the
 * manifest, whose digest is the same here and there.
 */
public final class Pushes {
  private static final long BEAT_NANOS = 100_000_000;

  private final DSLContext database;
  private final BlobStore blobs;
  private final RemoteRegistries registries;
  private final ManifestPush manifests;
  private final Transfers transfers;
  private final int parallel;

  Pushes(
      DSLContext database,
      BlobStore blobs,
      RemoteRegistries registries,
      ManifestPush manifests,
      Transfers transfers,
      TransferLimits limits) {
    this.database = database;
    this.blobs = blobs;
    this.registries = registries;
    this.manifests = manifests;
    this.transfers = transfers;
    this.parallel = limits.parallel();
  }

  /**
   * Pushes a tag, or all tags of the repository where none is named, and tells what happens.
   *
   * @param name of the repository; a tag in it counts as one that is named
   */
  public void push(Actor actor, String name, String tag, Credentials credentials, Progress progress)
      throws IOException, InterruptedException {
    boolean all = tag.isEmpty() && ImageNames.isNameOnly(name);
    Reference reference = tag.isEmpty() ? ImageNames.parse(name) : ImageNames.tagged(name, tag);
    try (var _ = transfers.begin(actor.team())) {
      progress.status("The push refers to repository [" + reference.repository() + "]");
      Map<Reference, TeamImage> images = images(actor, reference, all);
      if (images.isEmpty()) {
        throw new RemoteException(
            RemoteException.Kind.NAME_UNKNOWN,
            "An image does not exist locally with the tag: " + reference.familiarRepository());
      }
      RemoteRepository repository = registries.pushTo(credentials, reference, one -> one);
      for (var one : images.entrySet()) {
        new Push(actor, one.getKey(), one.getValue(), repository, progress).run();
      }
    }
  }

  private Map<Reference, TeamImage> images(Actor actor, Reference name, boolean all) {
    Map<Reference, TeamImage> images = new LinkedHashMap<>();
    if (!all) {
      Catalog.named(database, actor.team(), name)
          .flatMap(id -> Catalog.image(database, actor.team(), id))
          .ifPresent(image -> images.put(name, image));
      return images;
    }
    for (TeamImage image : Catalog.images(database, actor.team())) {
      image.tags().stream()
          .filter(tag -> tag.repository().equals(name.repository()))
          .forEach(tag -> images.put(tag, image));
    }
    return images;
  }

  /** One tag. */
  private final class Push {
    private final Actor actor;
    private final Reference name;
    private final TeamImage image;
    private final RemoteRepository repository;
    private final Progress progress;

    Push(
        Actor actor,
        Reference name,
        TeamImage image,
        RemoteRepository repository,
        Progress progress) {
      this.actor = actor;
      this.name = name;
      this.image = image;
      this.repository = repository;
      this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
      ImageManifest manifest =
          ImageManifest.parse(blobs.readSmall(image.manifest(), ImageManifest.LIMIT));
      Map<Digest, Digest> shown = new HashMap<>();
      for (LayerFacts layer : Images.layers(database, image.manifest())) {
        shown.put(layer.digest(), layer.diffId());
      }
      try (Staging held = blobs.stage()) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (ContentDescriptor layer : distinct(manifest.layers())) {
          Blob content = blobs.hold(layer.digest(), held);
          Digest id = shown.getOrDefault(layer.digest(), layer.digest());
          progress.phase(id, "Preparing");
          tasks.addFirst(() -> layer(layer.digest(), content, id));
        }
        Blob config = blobs.hold(manifest.config().digest(), held);
        Together.run(parallel, tasks);
        blob(manifest.config().digest(), config);
        finish(manifest);
      }
    }

    private void finish(ImageManifest manifest) throws RemoteException {
      String tag = String.valueOf(name.tag());
      repository.put(tag, manifest);
      manifests.pushedOut(actor, RepositoryName.of(name), image, name);
      int size = manifest.bytes().length;
      progress.status(tag + ": digest: " + image.manifest() + " size: " + size);
      progress.aux(
          EngineJson.MAPPER
              .createObjectNode()
              .put("Tag", tag)
              .put("Digest", image.manifest().value())
              .put("Size", size));
    }

    private static List<ContentDescriptor> distinct(List<ContentDescriptor> layers) {
      Map<Digest, ContentDescriptor> once = new LinkedHashMap<>();
      layers.reversed().forEach(layer -> once.putIfAbsent(layer.digest(), layer));
      return List.copyOf(once.values());
    }

    private Void layer(Digest digest, Blob content, Digest id) throws RemoteException {
      long size = size(digest);
      BlobUpload upload = new BlobUpload(repository, digest, size);
      if (upload.isThere()) {
        progress.phase(id, "Layer already exists");
        return done();
      }
      for (String other : others(digest)) {
        if (upload.mount(other)) {
          progress.phase(id, "Mounted from " + other);
          return done();
        }
      }
      upload.upload(content, everyBeat(sent -> progress.moved(id, "Pushing", sent, size)));
      progress.phase(id, "Pushed");
      return done();
    }

    private void blob(Digest digest, Blob content) throws RemoteException {
      BlobUpload upload = new BlobUpload(repository, digest, size(digest));
      if (!upload.isThere()) {
        upload.upload(content, _ -> {});
      }
    }

    private long size(Digest digest) throws RemoteException {
      return BlobRows.size(database, digest)
          .orElseThrow(
              () ->
                  new RemoteException(
                      RemoteException.Kind.OTHER, "the image was removed while it was pushed"));
    }

    /** Other repositories of the registry in which the team has seen the blob. */
    private List<String> others(Digest digest) {
      return Repositories.pathsNaming(database, actor.team(), name.domain(), digest).stream()
          .filter(path -> !path.equals(name.path()))
          .toList();
    }

    @SuppressWarnings("NullAway") // There is no other value of this type.
    private static Void done() {
      return null;
    }
  }

  private static LongConsumer everyBeat(LongConsumer told) {
    return new LongConsumer() {
      private long last = System.nanoTime();

      @Override
      public void accept(long sent) {
        long now = System.nanoTime();
        if (now - last >= BEAT_NANOS) {
          last = now;
          told.accept(sent);
        }
      }
    };
  }
}
