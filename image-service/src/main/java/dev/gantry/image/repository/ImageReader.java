package dev.gantry.image.repository;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.NewImage;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.manifest.PushedManifest;
import dev.gantry.image.manifest.RefusedImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether what a manifest describes is an image that this fleet can run, by reading its
 * config and every layer that was not read before to its end. What is none, a registry keeps all
 * the same.
 */
final class ImageReader {
  private static final Logger log = LoggerFactory.getLogger(ImageReader.class);

  private final DSLContext database;
  private final BlobStore blobs;
  private final LayerIntake intake;

  ImageReader(DSLContext database, BlobStore blobs, LayerIntake intake) {
    this.database = database;
    this.blobs = blobs;
    this.intake = intake;
  }

  /** Reads it; the parts of the manifest are in the store. */
  Optional<NewImage> read(PushedManifest pushed, Digest digest) throws IOException {
    if (pushed.isIndex() || !isSha256(digest)) {
      return Optional.empty();
    }
    ImageManifest manifest = ImageManifest.parse(pushed.bytes());
    if (!manifest.isImage()
        || manifest.references().count() != pushed.blobs().size()
        || !manifest.references().allMatch(part -> isSha256(part.digest()))) {
      return Optional.empty();
    }
    try {
      NewImage image = image(manifest, Map.of());
      return Optional.of(image)
          .filter(read -> read.config().platform().fits(ImagePlatform.ofThisHost()));
    } catch (RefusedImageException e) {
      log.info("{} is kept, but is no image that can be run: {}", digest, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The image that the manifest describes, for whatever platform it is.
   *
   * @param known layers that were read when they came
   */
  NewImage image(ImageManifest manifest, Map<Digest, LayerFacts> known) throws IOException {
    ImageConfig config = config(manifest.config().digest());
    List<LayerFacts> layers = new ArrayList<>();
    for (ContentDescriptor layer : manifest.layers()) {
      LayerFacts facts = known.get(layer.digest());
      layers.add(facts == null ? layer(layer) : facts);
    }
    return new NewImage(manifest, config, layers);
  }

  private ImageConfig config(Digest digest) throws IOException {
    try {
      return ImageConfig.parse(blobs.readSmall(digest, ImageConfig.LIMIT));
    } catch (NoSuchFileException _) {
      throw gone(digest);
    }
  }

  /** Nobody has named it, and it was collected since it was last looked for. */
  private static DistributionException gone(Digest blob) {
    return new DistributionException(
        DistributionError.MANIFEST_BLOB_UNKNOWN, "the repository has no " + blob);
  }

  private LayerFacts layer(ContentDescriptor layer) throws IOException {
    Optional<LayerFacts> known = Images.layer(database, layer.digest());
    if (known.isPresent()) {
      return known.get();
    }
    try (Blob blob = blobs.read(layer.digest()).orElseThrow(() -> gone(layer.digest()));
        InputStream in = blob.stream()) {
      LayerFacts facts =
          intake.take(in, OutputStream.nullOutputStream()).requireLayer(layer.digest().value());
      if (!facts.digest().equals(layer.digest())) {
        throw new RefusedImageException("a layer in a compression that no layer may have");
      }
      return facts;
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean isSha256(Digest digest) {
    return digest.algorithm().equals("sha256");
  }
}
