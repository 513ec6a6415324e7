package dev.gantry.image.transfer;

/**
 * What pulls and pushes may take.
 *
 * @param parallel blobs of one image that are on their way at once
 * @param transfers that a team may have under way
 * @param layerBytes that a blob may have
 */
public record TransferLimits(int parallel, int transfers, long layerBytes) {}
