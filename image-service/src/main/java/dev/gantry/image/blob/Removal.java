package dev.gantry.image.blob;

import java.io.IOException;

/** Blobs that are out of sight, and whose rows go with the transaction that took them there. */
@FunctionalInterface
public interface Removal {

  /** Removes them for good, once the transaction is committed. */
  void finish() throws IOException;
}
