package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Extended attributes (xattr(7)): capabilities of files, lists of access rights, and others. */
public final class Attributes {
  /** As long as the kernel lets a list or a value be. */
  private static final int LONGEST = 64 << 10;

  private Attributes() {}

  /** All of a file or folder that the caller may see, in order; of a link its own. */
  public static Map<String, byte[]> of(Path path) throws KernelException {
    return of(new String(path.toString().getBytes(UTF_8), ISO_8859_1));
  }

  /** The same for a path of bytes, a character each. */
  static Map<String, byte[]> of(String path) throws KernelException {
    Map<String, byte[]> found = new TreeMap<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment file = arena.allocateFrom(path, ISO_8859_1);
      // Most have none.
      long needed = Syscall.LLISTXATTR.raw(file.address(), 0, 0, 0, 0);
      if (needed == 0 || needed == -Errno.EOPNOTSUPP) {
        return found;
      }
      MemorySegment buffer = arena.allocate(LONGEST);
      long length = Syscall.LLISTXATTR.raw(file.address(), buffer.address(), LONGEST, 0, 0);
      require(length, "list attributes of", path);
      String names = new String(bytes(buffer, length), UTF_8);
      for (String name : names.split("\0")) {
        if (!name.isEmpty()) {
          long size =
              Syscall.LGETXATTR.raw(
                  file.address(), arena.allocateFrom(name).address(), buffer.address(), LONGEST, 0);
          require(size, "read attribute " + name + " of", path);
          found.put(name, bytes(buffer, size));
        }
      }
    }
    return found;
  }

  private static byte[] bytes(MemorySegment buffer, long length) {
    return buffer.asSlice(0, length).toArray(JAVA_BYTE);
  }

  private static void require(long result, String what, String path) throws KernelException {
    if (result < 0) {
      throw new KernelException(what, path, (int) -result);
    }
  }
}
