package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Content that is written, synced and known by its digest, but in no one's sight yet. */
public record StagedBlob(Digest digest, long size, Path file) {

  /** A part of a staged file; {@code to} is behind its last byte. */
  public static InputStream slice(Path file, long from, long to) throws IOException {
    return FileStream.open(file, from, to);
  }
}
