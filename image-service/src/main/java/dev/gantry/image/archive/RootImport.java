package dev.gantry.image.archive;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.NewImage;
import dev.gantry.image.change.ConfigChanges;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.manifest.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code docker import}: an archive of a root file system becomes an image of one layer. */
public final class RootImport {
  private final ImageStore store;
  private final BlobStore blobs;
  private final LayerIntake intake;
  private final InstantSource clock;

  public RootImport(ImageStore store, BlobStore blobs, LayerIntake intake, InstantSource clock) {
    this.store = store;
    this.blobs = blobs;
    this.intake = intake;
    this.clock = clock;
  }

  /**
   * Imports, and answers the image's id.
   *
   * @param message of the history
   * @param changes instructions of a Dockerfile that describe the image
   */
  public Digest load(
      Actor actor, InputStream root, Optional<Reference> name, String message, List<String> changes)
      throws IOException, InterruptedException {
    ObjectNode containerConfig = EngineJson.MAPPER.createObjectNode();
    ConfigChanges.apply(changes, containerConfig);
    try (Staging staging = blobs.stage()) {
      Path file = staging.newFile();
      LayerIntake.Taken taken;
      try (OutputStream out = staging.write(file)) {
        taken = intake.take(store.room(actor).bounded(root), out);
      }
      staging.sync(file);
      LayerFacts layer = taken.requireLayer("-");
      ImageConfig config = config(layer, message, containerConfig, clock.instant());
      List<Reference> names = name.map(List::of).orElse(List.of());
      StagedBlob configBlob = staging.stage(config.bytes());
      ImageManifest manifest =
          ImageManifest.describing(
              ContentDescriptor.of(MediaTypes.OCI_CONFIG, config.id(), configBlob.size()),
              List.of(ContentDescriptor.of(layer.mediaType(), layer.digest(), layer.size())));
      List<StagedBlob> parts =
          List.of(
              new StagedBlob(taken.digest(), taken.size(), file),
              configBlob,
              staging.stage(manifest.bytes()));
      store.add(
          actor,
          new ImageStore.Arrival(
              new NewImage(manifest, config, List.of(layer)), parts, names, "import"),
          staging);
      return config.id();
    }
  }

  private static ImageConfig config(
      LayerFacts layer, String message, ObjectNode containerConfig, Instant now) {
    ImagePlatform platform = ImagePlatform.ofThisHost();
    ObjectNode root = EngineJson.MAPPER.createObjectNode();
    root.put("architecture", platform.architecture());
    root.put("os", platform.os());
    root.put("created", now.toString());
    root.set("config", containerConfig);
    root.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(layer.diffId().value());
    root.putArray("history").addObject().put("created", now.toString()).put("comment", message);
    return ImageConfig.parse(EngineJson.MAPPER.writeValueAsBytes(root));
  }
}
