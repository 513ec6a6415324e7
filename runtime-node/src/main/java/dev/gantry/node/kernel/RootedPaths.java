package dev.gantry.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Paths that the kernel walks inside a root (openat2(2), {@code RESOLVE_IN_ROOT}): no symbolic
 * link, no {@code ..} and no race leaves it; magic links are refused.
 */
public final class RootedPaths implements AutoCloseable {
  private static final int O_PATH = 0x200000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_DIRECTORY =
      System.getProperty("os.arch", "").equals("aarch64") ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW =
      System.getProperty("os.arch", "").equals("aarch64") ? 0x8000 : 0x20000;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_IN_ROOT = 0x10;
  private static final int AT_FDCWD = -100;

  private final Fd root;

  private RootedPaths(Fd root) {
    this.root = root;
  }

  /** Opens a folder as the root of what follows. */
  public static RootedPaths in(Path folder) throws KernelException {
    return new RootedPaths(locateFolder(folder));
  }

  /** Takes a folder that is open as the root of what follows; it stays the caller's. */
  public static RootedPaths in(Fd folder) throws KernelException {
    return new RootedPaths(open(folder.number(), ".", O_PATH | O_DIRECTORY, 0, 0));
  }

  /** Opens a folder of the host without reading it. */
  public static Fd locateFolder(Path folder) throws KernelException {
    return open(AT_FDCWD, folder.toString(), O_PATH | O_DIRECTORY, 0, 0);
  }

  /** Opens whatever the host has at a path without reading it. */
  static Fd locateAnything(Path path) throws KernelException {
    return open(AT_FDCWD, path.toString(), O_PATH, 0, 0);
  }

  /** Opens a regular file for reading; anything else is as good as absent. */
  public Fd openForReading(String path) throws KernelException {
    try (Fd located = locate(path)) {
      return openRegular(located);
    }
  }

  /**
   * Opens a file that was located. What is no regular file is never opened, as that alone may do
   * something: a device acts on it, a pipe lets its writer go on.
   */
  static Fd openRegular(Fd located) throws KernelException {
    if (!FileStatus.of(located).isRegular()) {
      throw new KernelException("read", located.subject(), Errno.ENOENT);
    }
    return open(AT_FDCWD, located.path(), 0, 0, 0);
  }

  /** Opens whatever it is without reading it; a link at the end is followed inside the root. */
  public Fd locate(String path) throws KernelException {
    return open(root.number(), path, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  }

  /**
   * The same for a path of bytes, a character each: a folder, with every link on the way followed
   * inside the root.
   */
  public Fd locateFolder(String path) throws KernelException {
    return openBytes(
        root.number(), path, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  }

  /** Opens whatever a path of bytes names without reading it, links followed. */
  public Fd locateBytes(String path) throws KernelException {
    return openBytes(root.number(), path, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  }

  /** The same without following a link at the end. */
  public Fd locateNoFollow(String path) throws KernelException {
    return open(
        root.number(), path, O_PATH | O_NOFOLLOW, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  }

  static Fd open(int folder, String path, int flags, int mode, long resolve)
      throws KernelException {
    return open(folder, path, StandardCharsets.UTF_8, flags, mode, resolve);
  }

  /** The same for a path of bytes, a character each. */
  static Fd openBytes(int folder, String path, int flags, int mode, long resolve)
      throws KernelException {
    return open(folder, path, StandardCharsets.ISO_8859_1, flags, mode, resolve);
  }

  private static Fd open(
      int folder, String path, Charset charset, int flags, int mode, long resolve)
      throws KernelException {
    if (path.indexOf('\0') >= 0) {
      throw new KernelException("open", path.replace('\0', '?'), Errno.ENOENT);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(24, 8);
      how.set(ValueLayout.JAVA_LONG, 0, (flags | O_CLOEXEC) & 0xffffffffL);
      how.set(ValueLayout.JAVA_LONG, 8, mode);
      how.set(ValueLayout.JAVA_LONG, 16, resolve);
      return new Fd(
          Syscall.OPENAT2.call(
              path,
              folder,
              arena.allocateFrom(path, charset).address(),
              how.address(),
              how.byteSize()),
          path);
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
