package dev.gantry.image.catalog;

import dev.gantry.engine.Digest;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.RefusedImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image that is whole: its manifest, its config, and its layers as they were read. It cannot be
 * made of parts that do not belong together.
 */
public record NewImage(ImageManifest manifest, ImageConfig config, List<LayerFacts> layers) {
  public NewImage {
    if (!manifest.config().digest().equals(config.id())) {
      throw new RefusedImageException("the manifest names another config than " + config.id());
    }
    List<Digest> named = new ArrayList<>();
    manifest.layers().forEach(layer -> named.add(layer.digest()));
    if (!named.equals(layers.stream().map(LayerFacts::digest).toList())) {
      throw new RefusedImageException("the manifest names other layers than those that came");
    }
    requireDiffIds(config, layers);
  }

  /** Compares what the config promises with what was read. */
  public static void requireDiffIds(ImageConfig config, List<LayerFacts> layers) {
    if (config.diffIds().size() != layers.size()) {
      throw new RefusedImageException(
          "invalid manifest, layers length mismatch: expected "
              + config.diffIds().size()
              + ", got "
              + layers.size());
    }
    for (int i = 0; i < layers.size(); i++) {
      Digest expected = config.diffIds().get(i);
      if (!layers.get(i).diffId().equals(expected)) {
        throw new RefusedImageException(
            "invalid diffID for layer "
                + i
                + ": expected \""
                + expected
                + "\", got \""
                + layers.get(i).diffId()
                + "\"");
      }
    }
  }

  public Digest id() {
    return config.id();
  }

  /** All that it is made of, itself too. */
  public List<Digest> blobs() {
    return Stream.concat(
            Stream.of(id(), manifest.digest()), layers.stream().map(LayerFacts::digest))
        .distinct()
        .toList();
  }

  public long size() {
    return layers.stream().mapToLong(LayerFacts::unpackedSize).sum();
  }
}
