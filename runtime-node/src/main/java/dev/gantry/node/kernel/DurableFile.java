package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Small files that are there as a whole, whatever ends their writer, its host included. */
public final class DurableFile {
  /** What the name of one ends with before it is all there. */
  public static final String BESIDE = ".new";

  private DurableFile() {}

  /**
   * Makes or replaces a file, which is on the disk, name and all, when this returns. One writer at
   * a time.
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + BESIDE);
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        int _ = channel.write(bytes);
      }
      channel.force(false);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    force(Objects.requireNonNull(file.getParent(), "a file without a folder"));
  }

  /** Brings a folder's names to the disk. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
