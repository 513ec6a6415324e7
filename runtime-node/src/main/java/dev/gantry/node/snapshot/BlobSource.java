package dev.gantry.node.snapshot;

import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;

/** Where blobs come from: another process. */
public interface BlobSource {
  /** The blob from its first byte; nothing is believed of it but what its digest proves. */
  InputStream open(ResolvedImage.Layer layer) throws IOException;

  /**
   * Whether opening the layer's blob again gives it from where it is surer to be right than what
   * was opened before, of which no layer could be made.
   */
  default boolean hasSurer(ResolvedImage.Layer layer) {
    return false;
  }
}
