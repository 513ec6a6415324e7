package dev.gantry.image.layer;

/**
 * How much one layer may ask of us.
 *
 * @param unpackedBytes of uncompressed tar
 * @param entries in the tar
 */
public record LayerLimits(long unpackedBytes, long entries) {
  public LayerLimits {
    if (unpackedBytes < 1 || entries < 1) {
      throw new IllegalArgumentException("layer limits are at least 1");
    }
  }
}
