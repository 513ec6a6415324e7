package dev.gantry.node.exec;

import dev.gantry.node.kernel.Holes;
import dev.gantry.node.kernel.KernelException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Gives the disk back what was read of a file that has one reader. */
final class ReadAndGone implements LongConsumer {
  private static final long PIECE = 32L << 20;

  private final Path file;
  private long gone;

  ReadAndGone(Path file) {
    this.file = file;
  }

  @Override
  public void accept(long position) {
    if (position - gone >= PIECE) {
      try {
        // A hole: the file keeps its size and the writer its place.
        Holes.punch(file, position);
        gone = position;
      } catch (KernelException _) {
        // Where the file system has no holes the file goes as a whole, at the end.
        gone = Long.MAX_VALUE;
      }
    }
  }
}
