package dev.gantry.node.log;

import java.io.IOException;

/** How a follower waits for more output. */
public interface Growth {

  /** A file that nobody writes to any more. */
  Growth NONE =
      new Growth() {
        @Override
        public boolean ended() {
          return true;
        }

        @Override
        public boolean await(long position) {
          return false;
        }
      };

  /**
   * Whether everything the container will ever write is in the file. Asked before reading: output
   * that is found after this said yes is the last.
   */
  boolean ended();

  /**
   * Blocks until the file may be longer than {@code position} or the writer has ended; false when
   * the wait was given up (the reader left).
   */
  boolean await(long position) throws IOException, InterruptedException;

  /** Everything before {@code position} was given out and will not be read again. */
  default void consumed(long position) {}
}
