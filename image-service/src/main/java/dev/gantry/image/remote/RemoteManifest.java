package dev.gantry.image.remote;

import dev.gantry.engine.Digest;
import dev.gantry.image.manifest.PushedManifest;

/**
 * A manifest or an index as another registry gave it.
 *
 * @param digest of its bytes; where it was asked for by digest, that one
 */
public record RemoteManifest(byte[] bytes, String mediaType, Digest digest) {
  public PushedManifest parse() {
    return PushedManifest.parse(bytes, mediaType);
  }
}
