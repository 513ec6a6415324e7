package dev.gantry.node.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Folders with all that is in them, removed; links are never followed. Whoever filled a folder may
 * have nested folders deeper than any path is long, or than files may be open: what lies too deep
 * is moved to the top, and removed from there.
 */
public final class Trees {
  private static final int AT_REMOVEDIR = 0x200;
  private static final int O_PATH = 0x200000;
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int FOLDER = (ARM ? 0x4000 : 0x10000) | (ARM ? 0x8000 : 0x20000);
  private static final int MAX_DEPTH = 64;

  /** More than once, as things are moved to the top; not for ever, as others may add some. */
  private static final int MAX_PASSES = 20_000;

  private static final int MAX_COUNTED = 256;

  private final Fd top;
  private int moved;

  private Trees(Fd top) {
    this.top = top;
  }

  /** Removes a folder; absent is well. */
  public static void delete(Path root) throws IOException {
    Path parent = root.toAbsolutePath().getParent();
    if (parent == null || !Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Fd folder = RootedPaths.locateFolder(parent)) {
      remove(
          folder.number(),
          new String(String.valueOf(root.getFileName()).getBytes(UTF_8), ISO_8859_1));
    }
  }

  /**
   * Removes whatever an entry of a folder is.
   *
   * @param name of bytes, a character each
   */
  static void remove(int folder, String name) throws KernelException {
    long result = unlink(folder, name);
    for (int i = 0; i < MAX_PASSES && result == -Errno.ENOTEMPTY; i++) {
      try (Fd top = RootedPaths.openBytes(folder, name, O_PATH | FOLDER, 0, 0)) {
        new Trees(top).empty(top, 0);
      }
      result = unlink(folder, name);
    }
    require(result, name);
  }

  private void empty(Fd folder, int depth) throws KernelException {
    try (OpenFolder entries = OpenFolder.of(folder);
        OpenFolder.Names names = entries.names()) {
      for (String name = names.next(); name != null; name = names.next()) {
        long result = unlink(folder.number(), name);
        if (result == -Errno.ENOTEMPTY && depth >= MAX_DEPTH) {
          result = moveToTop(folder.number(), name);
        } else if (result == -Errno.ENOTEMPTY) {
          try (Fd inside = RootedPaths.openBytes(folder.number(), name, O_PATH | FOLDER, 0, 0)) {
            empty(inside, depth + 1);
          }
          result = unlink(folder.number(), name);
        }
        if (result != -Errno.ENOENT) {
          require(result, name);
        }
      }
    }
  }

  /**
   * Bytes of all regular files in a folder. What goes away meanwhile is not counted, nor what lies
   * deeper than {@value #MAX_COUNTED}.
   */
  public static long size(Path root) throws KernelException {
    try (OpenFolder folder = OpenFolder.at(root)) {
      return size(folder, 0);
    }
  }

  private static long size(OpenFolder folder, int depth) throws KernelException {
    long bytes = 0;
    try (OpenFolder.Names names = folder.names()) {
      for (String name = names.next(); name != null; name = names.next()) {
        try {
          FileStatus status = folder.status(name);
          if (status.isRegular()) {
            bytes += status.size();
          } else if (status.isFolder() && depth < MAX_COUNTED) {
            try (OpenFolder inside = folder.folder(name)) {
              bytes += size(inside, depth + 1);
            }
          }
        } catch (KernelException e) {
          if (!e.isGone()) {
            throw e;
          }
        }
      }
    }
    return bytes;
  }

  private long moveToTop(int folder, String name) {
    while (true) {
      long result;
      try (Arena arena = Arena.ofConfined()) {
        result =
            Syscall.RENAMEAT.raw(
                folder, text(arena, name), top.number(), text(arena, "moved-" + moved++), 0);
      }
      // A name that is taken by something else: it is to be removed, too, but later.
      if (result != -Errno.ENOTEMPTY && result != -Errno.ENOTDIR && result != -Errno.EEXIST) {
        return result;
      }
    }
  }

  /** Removes a file, or a folder that has nothing in it. */
  private static long unlink(int folder, String name) {
    try (Arena arena = Arena.ofConfined()) {
      long path = text(arena, name);
      long result = Syscall.UNLINKAT.raw(folder, path, 0, 0, 0);
      return result == -Errno.EISDIR
          ? Syscall.UNLINKAT.raw(folder, path, AT_REMOVEDIR, 0, 0)
          : result;
    }
  }

  private static long text(Arena arena, String name) {
    MemorySegment text = arena.allocateFrom(name, ISO_8859_1);
    return text.address();
  }

  private static void require(long result, String name) throws KernelException {
    if (result < 0) {
      throw new KernelException("remove", name, (int) -result);
    }
  }
}
