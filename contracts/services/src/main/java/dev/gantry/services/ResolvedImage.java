package dev.gantry.services;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.Digest;
import java.util.List;

/**
 * An image, resolved by image-service to what a node needs: everything is a digest, no tag that
 * could move.
 *
 * @param id the digest of the image's configuration
 * @param name the name as the client gave it
 * @param layers lowest first
 */
public record ResolvedImage(
    Digest id,
    String name,
    String os,
    String architecture,
    ContainerConfig config,
    List<Layer> layers) {

  /**
   * One layer.
   *
   * @param digest of the blob as it is stored and sent
   * @param diffId of the uncompressed archive
   * @param size of the blob, in bytes
   */
  public record Layer(Digest digest, Digest diffId, String mediaType, long size) {}
}
