package dev.gantry.node;

import dev.gantry.node.config.NodeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** When a process of this node was last seen alive: the time of a file. */
final class Alive {
  private Alive() {}

  static Instant lastSeen(NodeFiles files) throws IOException {
    try {
      return Files.getLastModifiedTime(file(files)).toInstant();
    } catch (NoSuchFileException _) {
      return Instant.EPOCH;
    }
  }

  static void mark(NodeFiles files) {
    Path file = file(files);
    try {
      if (Files.exists(file)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      } else {
        Files.createFile(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(NodeFiles files) {
    return files.data().resolve("alive");
  }
}
