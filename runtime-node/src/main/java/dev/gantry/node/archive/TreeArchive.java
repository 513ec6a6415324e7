package dev.gantry.node.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.NameOrder;
import dev.gantry.node.kernel.OpenFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a file tree as a tar archive, as the engine does: entries in order of their names (but see
 * {@link NameOrder}), a file's further names as hard links, sockets left out, of the attributes the
 * capabilities of programs. Nothing in the tree is followed, and it may change meanwhile.
 */
public final class TreeArchive implements AutoCloseable {
  private static final String CAPABILITY = "security.capability";
  private static final int MAX_DEPTH = 256;
  private static final int MAX_PATH = 4096;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int BLOCK = 512;

  private final TarArchiveOutputStream tar;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment read = arena.allocate(BUFFER_BYTES);
  private final FirstNames firstNames;
  private final NameOrder order = new NameOrder();

  /**
   * @param out stays the caller's
   * @param memory for what has to be remembered
   */
  public TreeArchive(OutputStream out, Memory memory) {
    firstNames = new FirstNames(memory);
    // Nothing behind the two blocks that end an archive: of no entries it is then what all know it
    // as.
    tar = new TarArchiveOutputStream(out, BLOCK, "ISO-8859-1");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /**
   * Writes a folder itself and all that is in it.
   *
   * @param as its name in the archive
   */
  public void folder(OpenFolder folder, String as) throws IOException {
    String name = as.endsWith("/") ? as : as + "/";
    write(name, TarConstants.LF_DIR, folder.status());
    tar.closeArchiveEntry();
    content(folder, name);
  }

  /**
   * Writes all that is in a folder.
   *
   * @param prefix of the names in the archive: empty, or with a slash at its end
   */
  public void content(OpenFolder folder, String prefix) throws IOException {
    content(folder, prefix, 0);
  }

  private void content(OpenFolder folder, String prefix, int depth) throws IOException {
    requireBounded(prefix, depth);
    order.each(
        folder,
        name -> {
          try {
            one(folder, name, prefix + name, depth);
          } catch (KernelException e) {
            // What was removed or replaced since the folder was read is left out.
            if (!e.isGone()) {
              throw e;
            }
          }
        });
  }

  private void one(OpenFolder folder, String name, String as, int depth) throws IOException {
    FileStatus status = folder.status(name);
    if (!status.isFolder()) {
      entry(folder, name, as, status);
      return;
    }
    try (OpenFolder inside = folder.folder(name)) {
      write(as + "/", TarConstants.LF_DIR, inside.status());
      tar.closeArchiveEntry();
      content(inside, as + "/", depth + 1);
    }
  }

  /** Each folder on the way down is held open, with its path in memory. */
  public static void requireBounded(String path, int depth) throws IOException {
    if (depth > MAX_DEPTH || path.length() > MAX_PATH) {
      throw new IOException(
          "folders are nested more than %d deep, or a path is longer than %d: %s…"
              .formatted(MAX_DEPTH, MAX_PATH, path.substring(0, Math.min(80, path.length()))));
    }
  }

  /** Writes a folder without what is in it. */
  public void bare(OpenFolder folder, String as) throws IOException {
    write(as.endsWith("/") ? as : as + "/", TarConstants.LF_DIR, folder.status());
    tar.closeArchiveEntry();
  }

  /** Writes a file with nothing in it that only its name makes something (layer.md, whiteouts). */
  public void mark(String as) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(as, TarConstants.LF_NORMAL, true);
    entry.setIds(0, 0);
    entry.setMode(0600);
    entry.setLastModifiedTime(FileTime.fromMillis(0));
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  /** Writes what is not a folder. */
  public void entry(OpenFolder folder, String name, String as) throws IOException {
    entry(folder, name, as, folder.status(name));
  }

  private void entry(OpenFolder folder, String name, String as, FileStatus status)
      throws IOException {
    if (status.isSocket()) {
      return;
    }
    String first = firstNames.of(status, as);
    if (first != null) {
      TarArchiveEntry link = describe(as, TarConstants.LF_LINK, status);
      link.setLinkName(first);
      tar.putArchiveEntry(link);
    } else if (status.isRegular()) {
      file(folder, name, as);
    } else if (status.isLink()) {
      TarArchiveEntry link = describe(as, TarConstants.LF_SYMLINK, status);
      link.setLinkName(folder.link(name));
      tar.putArchiveEntry(link);
    } else {
      byte kind =
          status.isPipe()
              ? TarConstants.LF_FIFO
              : status.isBlockDevice() ? TarConstants.LF_BLK : TarConstants.LF_CHR;
      TarArchiveEntry device = describe(as, kind, status);
      device.setDevMajor(status.major());
      device.setDevMinor(status.minor());
      tar.putArchiveEntry(device);
    }
    tar.closeArchiveEntry();
  }

  private void file(OpenFolder folder, String name, String as) throws IOException {
    try (Fd file = folder.file(name)) {
      FileStatus status = FileStatus.of(file);
      byte[] capability = folder.attribute(name, CAPABILITY);
      if (capability != null) {
        extendedHeader(CAPABILITY, capability);
      }
      TarArchiveEntry entry = describe(as, TarConstants.LF_NORMAL, status);
      entry.setSize(status.isRegular() ? status.size() : 0);
      tar.putArchiveEntry(entry);
      long left = entry.getSize();
      while (left > 0) {
        int n = file.read(read.asSlice(0, Math.min(left, buffer.length)));
        MemorySegment.copy(read, ValueLayout.JAVA_BYTE, 0, buffer, 0, n);
        if (n == 0) {
          // It was cut meanwhile; an entry has the size that was announced.
          Arrays.fill(buffer, (byte) 0);
          n = (int) Math.min(left, buffer.length);
        }
        tar.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  private void write(String name, byte kind, FileStatus status) throws IOException {
    tar.putArchiveEntry(describe(name, kind, status));
  }

  private static TarArchiveEntry describe(String name, byte kind, FileStatus status) {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setMode(status.permissions());
    entry.setUserId(Integer.toUnsignedLong(status.uid()));
    entry.setGroupId(Integer.toUnsignedLong(status.gid()));
    entry.setUserName("");
    entry.setGroupName("");
    entry.setLastModifiedTime(FileTime.from(status.modified().truncatedTo(ChronoUnit.SECONDS)));
    return entry;
  }

  /** A pax record of bytes (pax(1), extended header); the library's own take text only. */
  private void extendedHeader(String attribute, byte[] value) throws IOException {
    byte[] key = ("SCHILY.xattr." + attribute + "=").getBytes(ISO_8859_1);
    int rest = 1 + key.length + value.length + 1;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    var record = new ByteArrayOutputStream(length);
    record.writeBytes((length + " ").getBytes(ISO_8859_1));
    record.writeBytes(key);
    record.writeBytes(value);
    record.write('\n');
    TarArchiveEntry header =
        new TarArchiveEntry("PaxHeaders.0/x", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
    // With a time of its own it would get an extended header itself, and the entry that time.
    header.setLastModifiedTime(FileTime.fromMillis(0));
    header.setSize(record.size());
    tar.putArchiveEntry(header);
    tar.write(record.toByteArray());
    tar.closeArchiveEntry();
  }

  /** Writes the end of the archive. */
  @Override
  public void close() throws IOException {
    try (arena) {
      tar.finish();
      tar.flush();
    }
  }
}
