package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A folder in which hostile entries are made: the parent of every path is walked by the kernel
 * inside the folder (openat2(2), {@code RESOLVE_IN_ROOT}), and the last part is never followed.
 * Paths and targets of links are bytes, a character each. One thread at a time.
 */
public final class UnpackRoot implements AutoCloseable {
  private static final int O_PATH = 0x200000;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final long IN_ROOT = 0x10 | 0x02;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int SEEK_CUR = 1;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final byte[] ZEROS = new byte[BUFFER_BYTES];
  private static final int SCRATCH_BYTES = 65536 + 32;
  private static final int S_IFCHR = 0020000;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment scratch = arena.allocate(SCRATCH_BYTES);
  private byte @Nullable [] buffer;
  private @Nullable MemorySegment nativeBuffer;
  private final Fd root;
  private String parentPath = "";
  private Fd parent;

  public UnpackRoot(Path folder) throws KernelException {
    this(RootedPaths.locateFolder(folder));
  }

  private UnpackRoot(Fd root) {
    this.root = root;
    this.parent = root;
  }

  /** A folder that is open; it stays the caller's. */
  public static UnpackRoot in(Fd folder) throws KernelException {
    return new UnpackRoot(RootedPaths.openBytes(folder.number(), ".", O_PATH | O_DIRECTORY, 0, 0));
  }

  /** What is at {@code path}, which is not followed; null where nothing is. */
  public @Nullable FileStatus status(String path) throws KernelException {
    Place place = place(path);
    try (Fd there =
        RootedPaths.openBytes(
            place.folder, place.name.isEmpty() ? "." : place.name, O_PATH | O_NOFOLLOW, 0, 0)) {
      return FileStatus.of(there);
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  /** Removes what is at {@code path} with all that is in it. */
  public void remove(String path) throws KernelException {
    remove(place(path));
  }

  /** Makes a folder, or keeps the one that is there. */
  public void folder(String path, int mode) throws KernelException {
    Place place = place(path);
    long result = Syscall.MKDIRAT.raw(place.folder, text(place.name), mode, 0, 0);
    if (result == -Errno.EEXIST) {
      if (isFolder(place)) {
        return;
      }
      remove(place);
      result = Syscall.MKDIRAT.raw(place.folder, text(place.name), mode, 0, 0);
    }
    require(result, "make", path);
  }

  /** Makes a regular file with nothing in it. */
  public void emptyFile(String path, int mode) throws KernelException {
    create(place(path), path, mode).close();
  }

  /** Makes a regular file of {@code content}; where that is nothing but zeros, it has holes. */
  public void file(String path, int mode, InputStream content) throws IOException {
    Place place = place(path);
    try (Fd file = create(place, path, mode)) {
      byte[] buffer = bytes();
      MemorySegment copy = copy();
      boolean hole = false;
      for (int n = content.readNBytes(buffer, 0, BUFFER_BYTES);
          n > 0;
          n = content.readNBytes(buffer, 0, BUFFER_BYTES)) {
        hole = Arrays.equals(buffer, 0, n, ZEROS, 0, n);
        if (hole) {
          Syscall.LSEEK.call(path, file.number(), n, SEEK_CUR);
          continue;
        }
        MemorySegment.copy(buffer, 0, copy, JAVA_BYTE, 0, n);
        long done = 0;
        while (done < n) {
          done += Syscall.WRITE.call(path, file.number(), copy.address() + done, n - done);
        }
      }
      if (hole) {
        long size = Syscall.LSEEK.call(path, file.number(), 0, SEEK_CUR);
        Syscall.FTRUNCATE.call(path, file.number(), size);
      }
    }
  }

  /** Made for the first file with content: many a root is opened for less. */
  private byte[] bytes() {
    byte[] there = buffer;
    if (there == null) {
      there = new byte[BUFFER_BYTES];
      buffer = there;
    }
    return there;
  }

  private MemorySegment copy() {
    MemorySegment there = nativeBuffer;
    if (there == null) {
      there = arena.allocate(BUFFER_BYTES);
      nativeBuffer = there;
    }
    return there;
  }

  private Fd create(Place place, String path, int mode) throws KernelException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    try {
      return RootedPaths.openBytes(place.folder, place.name, flags, mode, 0);
    } catch (KernelException e) {
      if (!e.is(Errno.EEXIST)) {
        throw new KernelException("make", path, e.errno());
      }
      remove(place);
      return RootedPaths.openBytes(place.folder, place.name, flags, mode, 0);
    }
  }

  public void symbolicLink(String path, String target) throws KernelException {
    Place place = place(path);
    long result = Syscall.SYMLINKAT.raw(text(target), place.folder, text2(place.name), 0, 0);
    if (result == -Errno.EEXIST) {
      remove(place);
      result = Syscall.SYMLINKAT.raw(text(target), place.folder, text2(place.name), 0, 0);
    }
    require(result, "link", path);
  }

  /** Gives what is at {@code target}, inside this folder, a second name. */
  public void hardLink(String path, String target) throws KernelException {
    Place from = place(target);
    try (Fd held =
        RootedPaths.openBytes(
            from.folder, from.name.isEmpty() ? "." : from.name, O_PATH | O_NOFOLLOW, 0, 0)) {
      Place place = place(path);
      long result = link(held, place);
      if (result == -Errno.EEXIST) {
        remove(place);
        result = link(held, place);
      }
      require(result, "link", path + " to " + target);
    }
  }

  private long link(Fd held, Place place) {
    return Syscall.LINKAT.raw(AT_FDCWD, text(held.path()), place.folder, text2(place.name), 0x400);
  }

  /** Makes a device, a pipe or a socket. */
  public void node(String path, int mode, int major, int minor) throws KernelException {
    Place place = place(path);
    long device = (minor & 0xff) | ((long) (major & 0xfff) << 8) | ((long) (minor & ~0xff) << 12);
    long result = Syscall.MKNODAT.raw(place.folder, text(place.name), mode, device, 0);
    if (result == -Errno.EEXIST) {
      remove(place);
      result = Syscall.MKNODAT.raw(place.folder, text(place.name), mode, device, 0);
    }
    require(result, "make", path);
  }

  /** Hides {@code path} of the layers below (overlayfs: a character device 0/0). */
  public void whiteout(String path) throws KernelException {
    node(path, S_IFCHR, 0, 0);
  }

  /**
   * Sets owner, then mode (a change of owner takes the set-id bits), not following a link at the
   * end.
   */
  public void owner(String path, int uid, int gid) throws KernelException {
    Place place = place(path);
    require(
        Syscall.FCHOWNAT.raw(place.folder, text(place.name), uid, gid, AT_SYMLINK_NOFOLLOW),
        "give away",
        path);
  }

  /** For anything but symbolic links; one that came to be at the end is not followed. */
  public void mode(String path, int mode) throws KernelException {
    Place place = place(path);
    require(
        Syscall.FCHMODAT2.raw(place.folder, text(place.name), mode, AT_SYMLINK_NOFOLLOW, 0),
        "set the mode of",
        path);
  }

  public void time(String path, Instant modified) throws KernelException {
    Place place = place(path);
    MemorySegment times = scratch.asSlice(65536, 32);
    for (int i = 0; i < 4; i += 2) {
      times.setAtIndex(JAVA_LONG, i, modified.getEpochSecond());
      times.setAtIndex(JAVA_LONG, i + 1, modified.getNano());
    }
    require(
        Syscall.UTIMENSAT.raw(
            place.folder, text(place.name), times.address(), AT_SYMLINK_NOFOLLOW, 0),
        "set the time of",
        path);
  }

  /** Sets an extended attribute of a file or folder. */
  public void attribute(String path, String name, byte[] value) throws KernelException {
    Place place = place(path);
    try (Arena call = Arena.ofConfined();
        Fd held =
            RootedPaths.openBytes(
                place.folder, place.name.isEmpty() ? "." : place.name, O_PATH | O_NOFOLLOW, 0, 0)) {
      MemorySegment bytes = call.allocateFrom(JAVA_BYTE, value);
      // An O_PATH descriptor takes no attributes itself; through its magic link it names the file.
      require(
          Syscall.SETXATTR.raw(
              call.allocateFrom(held.path()).address(),
              call.allocateFrom(name).address(),
              bytes.address(),
              value.length,
              0),
          "set attribute " + name + " of",
          path);
    }
  }

  private record Place(int folder, String name) {}

  /**
   * The folder of a path, opened inside the root and made where it is missing; it is kept for the
   * next path.
   */
  private Place place(String path) throws KernelException {
    int slash = path.lastIndexOf('/');
    String folder = slash < 0 ? "" : path.substring(0, slash);
    if (!folder.equals(parentPath)) {
      openParent(folder);
    }
    return new Place(parent.number(), slash < 0 ? path : path.substring(slash + 1));
  }

  private void openParent(String folder) throws KernelException {
    Fd opened;
    try {
      opened = folder.isEmpty() ? root : in(folder);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      folder(folder, 0755);
      opened = in(folder);
    }
    if (parent != root) {
      parent.close();
    }
    parent = opened;
    parentPath = folder;
  }

  private Fd in(String folder) throws KernelException {
    return RootedPaths.openBytes(root.number(), folder, O_PATH | O_DIRECTORY, 0, IN_ROOT);
  }

  private boolean isFolder(Place place) {
    try (Fd _ =
        RootedPaths.openBytes(place.folder, place.name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, 0)) {
      return true;
    } catch (KernelException _) {
      return false;
    }
  }

  /** A folder goes with all that is in it, as the engine has it. */
  private static void remove(Place place) throws KernelException {
    Trees.remove(place.folder, place.name);
  }

  private long text(String value) {
    scratch.setString(0, limited(value), ISO_8859_1);
    return scratch.address();
  }

  private long text2(String value) {
    scratch.setString(32768, limited(value), ISO_8859_1);
    return scratch.address() + 32768;
  }

  private static String limited(String value) {
    if (value.length() > 4000 || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a path of " + value.length() + " characters");
    }
    return value;
  }

  private static void require(long result, String what, String subject) throws KernelException {
    if (result < 0) {
      throw new KernelException(what, subject, (int) -result);
    }
  }

  @Override
  public void close() {
    if (parent != root) {
      parent.close();
    }
    root.close();
    arena.close();
  }
}
