package dev.gantry.image.archive;

import dev.gantry.engine.Reference;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.NewImage;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.DockerArchiveManifest;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageIndex;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.manifest.MediaTypes;
import dev.gantry.image.manifest.RefusedImageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code docker load}: archives as {@code docker save} makes them, and OCI layouts. */
public final class ImageLoad {
  private static final List<String> NAME_ANNOTATIONS =
      List.of("io.containerd.image.name", "org.opencontainers.image.ref.name");

  private final ImageStore store;
  private final BlobStore blobs;
  private final LayerIntake intake;

  public ImageLoad(ImageStore store, BlobStore blobs, LayerIntake intake) {
    this.store = store;
    this.blobs = blobs;
    this.intake = intake;
  }

  /** Loads every image of the archive, telling of each as it is there. */
  public void load(Actor actor, InputStream archive, Consumer<String> told)
      throws IOException, InterruptedException {
    try (Staging staging = blobs.stage()) {
      ArchiveContent content = ArchiveContent.read(archive, staging, intake, store.room(actor));
      Optional<ArchiveContent.Item> manifest = content.find("manifest.json");
      Optional<ArchiveContent.Item> index = content.find("index.json");
      if (manifest.isPresent()) {
        for (DockerArchiveManifest.Item item :
            DockerArchiveManifest.parse(content.document(manifest.get())).items()) {
          loadDocker(actor, content, item, staging, told);
        }
      } else if (index.isPresent()) {
        for (ContentDescriptor entry :
            ImageIndex.parse(content.document(index.get())).manifests()) {
          loadOci(actor, content, entry, names(entry), staging, told);
        }
      } else {
        throw new RefusedImageException(
            content.isEmpty()
                ? "invalid archive: it is empty"
                : "invalid archive: does not contain a manifest.json");
      }
    }
  }

  private void loadDocker(
      Actor actor,
      ArchiveContent content,
      DockerArchiveManifest.Item item,
      Staging staging,
      Consumer<String> told)
      throws IOException, InterruptedException {
    ArchiveContent.Item configFile = content.require(item.config());
    ImageConfig config = ImageConfig.parse(content.document(configFile));
    List<LayerFacts> layers = new ArrayList<>();
    List<StagedBlob> parts = new ArrayList<>(List.of(configFile.blob()));
    for (String path : item.layers()) {
      ArchiveContent.Item layer = content.require(path);
      layers.add(layer.taken().requireLayer(path));
      parts.add(layer.blob());
    }
    ImageManifest manifest =
        ImageManifest.describing(
            ContentDescriptor.of(MediaTypes.OCI_CONFIG, config.id(), configFile.blob().size()),
            layers.stream()
                .map(layer -> ContentDescriptor.of(layer.mediaType(), layer.digest(), layer.size()))
                .toList());
    parts.add(staging.stage(manifest.bytes()));
    finish(
        actor, new NewImage(manifest, config, layers), parts, tags(item.repoTags()), staging, told);
  }

  private void loadOci(
      Actor actor,
      ArchiveContent content,
      ContentDescriptor entry,
      List<Reference> names,
      Staging staging,
      Consumer<String> told)
      throws IOException, InterruptedException {
    ArchiveContent.Item file = blob(content, entry);
    if (MediaTypes.isIndex(entry.mediaType())) {
      for (ContentDescriptor one : ImageIndex.parse(content.document(file)).manifests()) {
        if (one.platform().fits(ImagePlatform.ofThisHost())
            && MediaTypes.isManifest(one.mediaType())) {
          loadOci(actor, content, one, names, staging, told);
          return;
        }
      }
      throw new RefusedImageException("the archive has no image for this platform");
    }
    ImageManifest manifest = ImageManifest.parse(content.document(file));
    if (!manifest.isImage()) {
      return;
    }
    ArchiveContent.Item configFile = blob(content, manifest.config());
    List<LayerFacts> layers = new ArrayList<>();
    List<StagedBlob> parts = new ArrayList<>(List.of(file.blob(), configFile.blob()));
    for (ContentDescriptor descriptor : manifest.layers()) {
      ArchiveContent.Item layer = blob(content, descriptor);
      layers.add(layer.taken().requireLayer(descriptor.digest().value()));
      parts.add(layer.blob());
    }
    ImageConfig config = ImageConfig.parse(content.document(configFile));
    finish(actor, new NewImage(manifest, config, layers), parts, names, staging, told);
  }

  private static ArchiveContent.Item blob(ArchiveContent content, ContentDescriptor descriptor) {
    String path = "blobs/" + descriptor.digest().algorithm() + "/" + descriptor.digest().hex();
    ArchiveContent.Item item = content.require(path);
    if (!item.blob().digest().equals(descriptor.digest())
        || item.blob().size() != descriptor.size()) {
      throw new RefusedImageException("blob " + descriptor.digest() + " is not what its name says");
    }
    return item;
  }

  private void finish(
      Actor actor,
      NewImage image,
      List<StagedBlob> parts,
      List<Reference> names,
      Staging staging,
      Consumer<String> told)
      throws IOException, InterruptedException {
    store.add(actor, new ImageStore.Arrival(image, parts, names, "load"), staging);
    if (names.isEmpty()) {
      told.accept("Loaded image ID: " + image.id());
    }
    names.forEach(name -> told.accept("Loaded image: " + name.familiar()));
  }

  private static List<Reference> tags(List<String> texts) {
    List<Reference> names = new ArrayList<>();
    for (String text : texts) {
      names.add(
          Reference.parse(text)
              .filter(name -> name.tag() != null && name.digest() == null)
              .orElseThrow(() -> new RefusedImageException("invalid tag \"" + text + "\"")));
    }
    return names;
  }

  private static List<Reference> names(ContentDescriptor entry) {
    for (String annotation : NAME_ANNOTATIONS) {
      String name = entry.annotations().get(annotation);
      Optional<Reference> reference = name == null ? Optional.empty() : Reference.parse(name);
      if (reference.isPresent() && reference.get().digest() == null) {
        return List.of(reference.get());
      }
    }
    return List.of();
  }
}
