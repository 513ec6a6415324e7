package dev.gantry.node.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is read entry by entry, of which nothing is followed. Names are bytes to the
 * kernel; here each byte is a character, so that none is lost.
 */
public final class OpenFolder implements AutoCloseable {
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_PATH = 0x200000;
  private static final int BUFFER_BYTES = 8 << 10;
  private static final int LONGEST_PATH = 4096;

  private final Fd folder;

  private OpenFolder(Fd folder) {
    this.folder = folder;
  }

  /** Opens a folder that was located before; both are closed each for itself. */
  public static OpenFolder of(Fd located) throws KernelException {
    return new OpenFolder(RootedPaths.open(located.number(), ".", O_DIRECTORY, 0, 0));
  }

  /** Opens a folder of the host. */
  public static OpenFolder at(Path path) throws KernelException {
    try (Fd located = RootedPaths.locateFolder(path)) {
      return of(located);
    }
  }

  /** Opens a folder in this one. */
  public OpenFolder folder(String name) throws KernelException {
    return new OpenFolder(
        RootedPaths.openBytes(folder.number(), name, O_DIRECTORY | O_NOFOLLOW, 0, 0));
  }

  /** Opens a regular file for reading; anything else is as good as absent. */
  public Fd file(String name) throws KernelException {
    try (Fd located = RootedPaths.openBytes(folder.number(), name, O_PATH | O_NOFOLLOW, 0, 0)) {
      return RootedPaths.openRegular(located);
    }
  }

  public FileStatus status() throws KernelException {
    return FileStatus.of(folder);
  }

  public FileStatus status(String name) throws KernelException {
    return FileStatus.of(folder.number(), name, name);
  }

  /** The same; null where nothing is. */
  public @Nullable FileStatus find(String name) throws KernelException {
    try {
      return status(name);
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  /** Where a link points to, as it says. */
  public String link(String name) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(LONGEST_PATH);
      long length =
          Syscall.READLINKAT.call(
              name,
              folder.number(),
              arena.allocateFrom(name, ISO_8859_1).address(),
              target.address(),
              LONGEST_PATH);
      return text(target, 0, (int) length);
    }
  }

  /** An extended attribute of a file; null where it has none. */
  public byte @Nullable [] attribute(String name, String attribute) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(LONGEST_PATH);
      String path = folder.path() + "/" + name;
      long length =
          Syscall.LGETXATTR.raw(
              arena.allocateFrom(path, ISO_8859_1).address(),
              arena.allocateFrom(attribute).address(),
              value.address(),
              LONGEST_PATH,
              0);
      if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
        return null;
      }
      if (length < 0) {
        throw new KernelException("read attribute " + attribute + " of", name, (int) -length);
      }
      return value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** All extended attributes of a file; of a link its own. */
  public Map<String, byte[]> attributes(String name) throws KernelException {
    return Attributes.of(folder.path() + "/" + name);
  }

  /** The names of all entries but {@code .} and {@code ..}, from the first on. */
  public Names names() throws KernelException {
    Syscall.LSEEK.call(folder.subject(), folder.number(), 0, 0);
    return new Names();
  }

  /** Names as the kernel gives them; one at a time is in memory, however many there are. */
  public final class Names implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private int at;
    private int end;

    private Names() {}

    /** The next one; null at the end. */
    public @Nullable String next() throws KernelException {
      while (true) {
        if (at >= end) {
          at = 0;
          end =
              (int)
                  Syscall.GETDENTS64.call(
                      folder.subject(), folder.number(), buffer.address(), buffer.byteSize());
          if (end == 0) {
            return null;
          }
        }
        // struct linux_dirent64 (getdents64(2))
        String name = buffer.getString(at + 19, ISO_8859_1);
        at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16));
        if (!name.equals(".") && !name.equals("..")) {
          return name;
        }
      }
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  private static String text(MemorySegment bytes, long offset, int length) {
    return new String(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), ISO_8859_1);
  }

  @Override
  public void close() {
    folder.close();
  }
}
