package dev.gantry.image.layer;

import dev.gantry.engine.Digest;

/**
 * What reading a layer through once has shown.
 *
 * @param digest of the blob as it is stored
 * @param size of the blob as it is stored
 * @param diffId digest of the uncompressed tar
 * @param tarSize size of the uncompressed tar
 * @param unpackedSize what its files take once unpacked, as the engine counts an image's size
 */
public record LayerFacts(
    Digest digest, long size, Digest diffId, String mediaType, long tarSize, long unpackedSize) {}
