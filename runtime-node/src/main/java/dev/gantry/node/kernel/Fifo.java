package dev.gantry.node.kernel;

import java.nio.file.Path;

/** Named pipes (fifo(7)). */
public final class Fifo {
  private static final int AT_FDCWD = -100;
  private static final int O_WRONLY = 1;
  private static final int O_NONBLOCK = 0x800;

  private Fifo() {}

  /**
   * Writes to whoever reads the pipe, without ever waiting for one to come: an open that waits
   * holds the thread that carries all virtual threads.
   *
   * @return false where nobody reads it
   */
  public static boolean write(Path pipe, byte[] bytes) throws KernelException {
    try (Fd open = RootedPaths.open(AT_FDCWD, pipe.toString(), O_WRONLY | O_NONBLOCK, 0, 0)) {
      open.write(bytes);
      return true;
    } catch (KernelException e) {
      if (e.is(Errno.ENXIO) || e.is(Errno.ENOENT) || e.is(Errno.EPIPE)) {
        return false;
      }
      throw e;
    }
  }
}
