package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.nio.file.Path;

/** Content that is written, synced and known by its digest, but in no one's sight yet. */
public record StagedBlob(Digest digest, long size, Path file) {}
