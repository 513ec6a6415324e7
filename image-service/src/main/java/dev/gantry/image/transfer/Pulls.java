package dev.gantry.image.transfer;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.Tags;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.manifest.PushedManifest;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.quota.Usage;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.remote.RemoteManifest;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.image.remote.RemoteRepository;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code docker pull}. Manifests first, then the blobs that the team lacks, several at once; the
 * image is there when all of it is.
 */
public final class Pulls {
  private final DSLContext database;
  private final RemoteRegistries registries;
  private final BlobFetches fetches;
  private final ManifestPush manifests;
  private final Transfers transfers;
  private final int parallel;
  private final long layerBytes;

  Pulls(
      DSLContext database,
      RemoteRegistries registries,
      BlobFetches fetches,
      ManifestPush manifests,
      Transfers transfers,
      TransferLimits limits) {
    this.database = database;
    this.registries = registries;
    this.fetches = fetches;
    this.manifests = manifests;
    this.transfers = transfers;
    this.parallel = limits.parallel();
    this.layerBytes = limits.layerBytes();
  }

  /**
   * What a client asks for.
   *
   * @param image a name, which may end with a tag or a digest
   * @param tag a tag or a digest; empty for what the name says, or all tags where it says none
   * @param platform of several that there are; where none is named, this fleet's
   */
  public record Wanted(String image, String tag, Optional<ImagePlatform> platform) {}

  /** Pulls it, and tells what happens. */
  public void pull(Actor actor, Wanted wanted, Credentials credentials, Progress progress)
      throws IOException, InterruptedException {
    String image =
        wanted.image().endsWith(":")
            ? wanted.image().substring(0, wanted.image().length() - 1)
            : wanted.image();
    boolean all = wanted.tag().isEmpty() && ImageNames.isNameOnly(image);
    Reference name = wanted.tag().isEmpty() ? ImageNames.parse(image) : named(image, wanted.tag());
    try (var _ = transfers.begin(actor.team())) {
      ImagePlatform platform = wanted.platform().orElse(ImagePlatform.ofThisHost());
      List<Reference> names = all ? tags(credentials, name) : List.of(name);
      boolean newer = false;
      for (Reference one : names) {
        newer |= new Pull(actor, credentials, one, platform, progress).run();
      }
      progress.status(
          (newer ? "Status: Downloaded newer image for " : "Status: Image is up to date for ")
              + (all ? name.familiarRepository() : name.familiar()));
    } catch (RemoteException e) {
      throw told(e, name, all);
    }
  }

  private static Reference named(String image, String tag) {
    Reference name = ImageNames.parse(image);
    Optional<Digest> digest = ImageNames.fullId(tag).filter(_ -> tag.contains(":"));
    return digest
        .map(value -> new Reference(name.domain(), name.path(), null, value))
        .orElseGet(() -> ImageNames.parse(name.familiarRepository() + ":" + tag));
  }

  private List<Reference> tags(Credentials credentials, Reference name) throws RemoteException {
    List<Reference> names = new ArrayList<>();
    for (String tag : registries.pullFrom(credentials, name, RemoteRepository::tags)) {
      if (!RepositoryName.isTag(tag)) {
        throw new RemoteException(RemoteException.Kind.OTHER, "the registry has a malformed tag");
      }
      names.add(new Reference(name.domain(), name.path(), tag, null));
    }
    return names;
  }

  /** The registry's no, with what was asked for. */
  private static RemoteException told(RemoteException e, Reference name, boolean all) {
    return switch (e.kind()) {
      case DENIED ->
          new RemoteException(
              e.kind(),
              "pull access denied for "
                  + name.familiarRepository()
                  + ", repository does not exist or may require 'docker login': "
                  + e.text());
      case MANIFEST_UNKNOWN ->
          new RemoteException(
              e.kind(),
              (all ? "repository " + name.familiarRepository() : "manifest for " + name.familiar())
                  + " not found: "
                  + e.text());
      case NAME_UNKNOWN ->
          new RemoteException(
              e.kind(), "repository " + name.familiarRepository() + " not found: " + e.text());
      default -> e;
    };
  }

  /** One name. */
  private final class Pull {
    private final Actor actor;
    private final Credentials credentials;
    private final Reference name;
    private final ImagePlatform platform;
    private final Progress progress;
    private final Space space;

    Pull(
        Actor actor,
        Credentials credentials,
        Reference name,
        ImagePlatform platform,
        Progress progress) {
      this.actor = actor;
      this.credentials = credentials;
      this.name = name;
      this.platform = platform;
      this.progress = progress;
      this.space = new Space(actor.team(), RepositoryName.of(name));
    }

    /** A manifest, and the repository that gave it, which gives the rest, too. */
    private record Begun(RemoteRepository repository, RemoteManifest manifest) {}

    /** True where the name leads to something else than before. */
    boolean run() throws IOException, InterruptedException {
      Digest digest = name.digest();
      String reference = reference(name.tag(), digest);
      Begun begun =
          registries.pullFrom(
              credentials,
              name,
              repository -> new Begun(repository, repository.manifest(reference, digest)));
      progress.status("Pulling from " + shownPath(), reference);
      if (digest == null) {
        Tags.requireFree(database, actor.team(), name, begun.manifest().digest());
      }
      PushedManifest named = begun.manifest().parse();
      requireSha256(begun.manifest().digest());
      RemoteManifest manifest =
          named.isIndex() ? chosen(begun.repository(), named) : begun.manifest();
      Optional<Digest> before = Catalog.named(database, actor.team(), name);
      Digest image =
          take(
              begun.repository(),
              manifest,
              named.isIndex() ? Optional.of(named) : Optional.empty());
      progress.status("Digest: " + begun.manifest().digest());
      return !before.equals(Optional.of(image));
    }

    private String shownPath() {
      return name.path();
    }

    private static String reference(@Nullable String tag, @Nullable Digest digest) {
      return digest == null ? String.valueOf(tag) : digest.value();
    }

    private RemoteManifest chosen(RemoteRepository repository, PushedManifest index)
        throws RemoteException {
      ContentDescriptor chosen =
          index.manifests().stream()
              .filter(one -> one.platform().fits(platform))
              .max((one, other) -> Integer.compare(closeness(one), closeness(other)))
              .orElseThrow(
                  () ->
                      new RefusedImageException(
                          "no matching manifest for "
                              + platform.shown()
                              + " in the manifest list entries"));
      requireSha256(chosen.digest());
      RemoteManifest manifest = repository.manifest(chosen.digest().value(), chosen.digest());
      if (manifest.bytes().length != chosen.size()) {
        throw new RefusedImageException(
            "manifest " + chosen.digest() + " has another size than its index says");
      }
      return manifest;
    }

    /** The variant that was asked for comes before one that fits as well. */
    private int closeness(ContentDescriptor one) {
      return one.platform().variant().equals(platform.variant()) ? 1 : 0;
    }

    private Digest take(
        RemoteRepository repository, RemoteManifest document, Optional<PushedManifest> index)
        throws IOException, InterruptedException {
      PushedManifest manifest = document.parse();
      ImageManifest image = ImageManifest.parse(manifest.bytes());
      requireImage(image, manifest);
      List<Callable<Void>> missing = new ArrayList<>();
      long more = 0;
      Map<Digest, LayerFacts> layers = new ConcurrentHashMap<>();
      List<ContentDescriptor> shown = new ArrayList<>();
      boolean known = Catalog.image(database, actor.team(), image.config().digest()).isPresent();
      for (ContentDescriptor layer : distinct(image.layers())) {
        boolean held = fetches.has(space, layer);
        if (!held) {
          progress.phase(layer.digest(), "Pulling fs layer");
          missing.add(() -> fetchLayer(repository, layer, layers));
          shown.add(layer);
          more += layer.size();
        } else if (!known) {
          progress.phase(layer.digest(), "Already exists");
        }
      }
      if (!fetches.has(space, image.config())) {
        missing.addFirst(() -> fetchConfig(repository, image.config()));
        more += image.config().size();
      }
      Usage.require(database, actor.team(), more);
      shown.stream().skip(parallel).forEach(layer -> progress.phase(layer.digest(), "Waiting"));
      Together.run(parallel, missing);
      manifests.pull(
          actor,
          space.name(),
          new ManifestPush.Pulled(manifest, document.digest(), index, Map.copyOf(layers), name));
      shown.forEach(layer -> progress.phase(layer.digest(), "Pull complete"));
      return image.config().digest();
    }

    private void requireImage(ImageManifest image, PushedManifest manifest) {
      if (!image.isImage()) {
        throw new RefusedImageException(
            "cannot pull "
                + name
                + ": what it names is an artifact of the type "
                + manifest.artifactType()
                + ", no image");
      }
      if (image.references().count() != manifest.blobs().size()) {
        throw new RefusedImageException(
            "cannot pull " + name + ": some of its layers are not in a registry");
      }
      image.references().forEach(part -> requireSha256(part.digest()));
      if (image.config().size() > ImageConfig.LIMIT) {
        throw new RefusedImageException("cannot pull " + name + ": its config is too large");
      }
      if (image.layers().stream().anyMatch(layer -> layer.size() > layerBytes)) {
        throw new RefusedImageException(
            "cannot pull " + name + ": a layer of more than " + layerBytes + " bytes");
      }
    }

    private static List<ContentDescriptor> distinct(List<ContentDescriptor> layers) {
      Map<Digest, ContentDescriptor> once = new LinkedHashMap<>();
      layers.forEach(layer -> once.putIfAbsent(layer.digest(), layer));
      return List.copyOf(once.values());
    }

    private Void fetchConfig(RemoteRepository repository, ContentDescriptor config)
        throws IOException, InterruptedException {
      var _ = fetches.fetch(repository, space, config, false, _ -> {});
      return done();
    }

    private Void fetchLayer(
        RemoteRepository repository, ContentDescriptor layer, Map<Digest, LayerFacts> layers)
        throws IOException, InterruptedException {
      Optional<LayerFacts> facts =
          fetches.fetch(
              repository,
              space,
              layer,
              true,
              received -> progress.moved(layer.digest(), "Downloading", received, layer.size()));
      facts.ifPresent(one -> layers.put(layer.digest(), one));
      progress.moved(layer.digest(), "Downloading", layer.size(), layer.size());
      progress.phase(layer.digest(), "Verifying Checksum");
      progress.phase(layer.digest(), "Download complete");
      return done();
    }

    @SuppressWarnings("NullAway") // There is no other value of this type.
    private static Void done() {
      return null;
    }

    private static void requireSha256(Digest digest) {
      if (!digest.algorithm().equals("sha256")) {
        throw new RefusedImageException("images with digests of SHA-512 are not pulled");
      }
    }
  }
}
