package dev.gantry.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What the kernel tells of a file (statx(2), inode(7)).
 *
 * @param mode kind and permissions, as {@code st_mode}
 * @param device that holds the file; with {@code inode} it names the file
 * @param major of a device file, with {@code minor}
 */
public record FileStatus(
    int mode,
    int uid,
    int gid,
    int links,
    long size,
    Instant modified,
    long device,
    long inode,
    int major,
    int minor) {
  private static final int SIZE = 256;
  private static final int BASIC = 0x7ff;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int S_IFMT = 0170000;
  private static final int S_IFSOCK = 0140000;
  private static final int S_IFLNK = 0120000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFDIR = 0040000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFIFO = 0010000;

  /** Of what is open. */
  public static FileStatus of(Fd file) throws KernelException {
    return of(file.number(), "", file.subject());
  }

  /**
   * Of an entry of a folder; a link is not followed.
   *
   * @param name of bytes, a character each
   */
  static FileStatus of(int folder, String name, String subject) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(SIZE, 8);
      Syscall.STATX.call(
          subject,
          folder,
          arena.allocateFrom(name, StandardCharsets.ISO_8859_1).address(),
          AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0),
          BASIC,
          status.address());
      return new FileStatus(
          Short.toUnsignedInt(status.get(ValueLayout.JAVA_SHORT, 28)),
          number(status, 20),
          number(status, 24),
          number(status, 16),
          status.get(ValueLayout.JAVA_LONG, 40),
          Instant.ofEpochSecond(status.get(ValueLayout.JAVA_LONG, 112), number(status, 120)),
          ((long) number(status, 136) << 32) | number(status, 140),
          status.get(ValueLayout.JAVA_LONG, 32),
          number(status, 128),
          number(status, 132));
    }
  }

  private static int number(MemorySegment status, long offset) {
    return status.get(ValueLayout.JAVA_INT, offset);
  }

  public int permissions() {
    return mode & 07777;
  }

  public boolean isFolder() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  public boolean isRegular() {
    return (mode & S_IFMT) == S_IFREG;
  }

  public boolean isLink() {
    return (mode & S_IFMT) == S_IFLNK;
  }

  public boolean isCharacterDevice() {
    return (mode & S_IFMT) == S_IFCHR;
  }

  public boolean isBlockDevice() {
    return (mode & S_IFMT) == S_IFBLK;
  }

  public boolean isPipe() {
    return (mode & S_IFMT) == S_IFIFO;
  }

  public boolean isSocket() {
    return (mode & S_IFMT) == S_IFSOCK;
  }
}
