package dev.gantry.image.bucket;

import dev.gantry.engine.Digest;
import java.util.UUID;

/**
 * Names of objects: {@code blobs/sha256/HEX/ID}. No two puts have the same, be it of the same
 * content, so that who removes an object can't hit what another has put since.
 */
final class ObjectName {
  static final String FOLDER = "blobs/";

  private ObjectName() {}

  static String fresh(Digest digest) {
    return FOLDER + digest.algorithm() + "/" + digest.hex() + "/" + UUID.randomUUID();
  }
}
