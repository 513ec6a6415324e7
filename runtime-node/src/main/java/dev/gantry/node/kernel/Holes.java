package dev.gantry.node.kernel;

import java.nio.file.Path;

/**
 * Files whose beginning was given back to the disk: they keep their size, and writers and readers
 * their offsets.
 */
public final class Holes {
  private static final int AT_FDCWD = -100;
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_END = 2;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;

  private Holes() {}

  /**
   * Where the content begins: 0 for a file without a hole there, the size of one that is nothing
   * else (lseek(2), SEEK_DATA). A multiple of the file system's block size but for the latter.
   */
  public static long end(Path file) throws KernelException {
    try (Fd open = RootedPaths.open(AT_FDCWD, file.toString(), O_RDONLY, 0, 0)) {
      long found = Syscall.LSEEK.raw(open.number(), 0, SEEK_DATA, 0, 0);
      if (found == -Errno.ENXIO) {
        return Syscall.LSEEK.call(file.toString(), open.number(), 0, SEEK_END);
      }
      if (found < 0) {
        throw new KernelException("look for the content of", file.toString(), (int) -found);
      }
      return found;
    }
  }

  /** Gives back what is before {@code offset}, whole blocks (fallocate(2), PUNCH_HOLE). */
  public static void punch(Path file, long offset) throws KernelException {
    try (Fd open = RootedPaths.open(AT_FDCWD, file.toString(), O_WRONLY, 0, 0)) {
      Syscall.FALLOCATE.call(file.toString(), open.number(), PUNCH_HOLE | KEEP_SIZE, 0, offset);
    }
  }
}
