package dev.gantry.node.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.NameOrder;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.ReadBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
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
  private static final String ATTRIBUTE = "SCHILY.xattr.";

  /** What overlayfs and the host say of a file. */
  private static final List<String> NOT_OURS_TO_TELL = List.of("trusted.", "security.selinux");

  private static final int MAX_DEPTH = 256;
  private static final int MAX_PATH = 3700;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int BLOCK = 512;

  private final TarArchiveOutputStream tar;
  private final ReadBuffer buffer = new ReadBuffer(BUFFER_BYTES);
  private final boolean exact;
  private final FirstNames firstNames;
  private final NameOrder order = new NameOrder();

  /**
   * As the engine writes archives for clients.
   *
   * @param out stays the caller's
   * @param memory for what has to be remembered
   */
  public TreeArchive(OutputStream out, Memory memory) {
    this(out, memory, false);
  }

  /** One that leaves nothing out: times to the nanosecond, and all attributes that are not ours. */
  public static TreeArchive exact(OutputStream out, Memory memory) {
    return new TreeArchive(out, memory, true);
  }

  private TreeArchive(OutputStream out, Memory memory, boolean exact) {
    this.exact = exact;
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
    bare(folder, name);
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
      bare(inside, as + "/");
      content(inside, as + "/", depth + 1);
    }
  }

  /**
   * Each folder on the way down is held open, with its path in memory; what may be in it is no
   * layer, either, where it is longer.
   */
  public static void requireBounded(String path, int depth) throws IOException {
    if (depth > MAX_DEPTH || path.length() > MAX_PATH) {
      throw new IOException(
          "folders are nested more than %d deep, or a path is longer than %d: %s…"
              .formatted(MAX_DEPTH, MAX_PATH, path.substring(0, Math.min(80, path.length()))));
    }
  }

  /** Writes a folder without what is in it. */
  public void bare(OpenFolder folder, String as) throws IOException {
    FileStatus status = folder.status();
    describeMore(folder, ".", status);
    tar.putArchiveEntry(describe(as.endsWith("/") ? as : as + "/", TarConstants.LF_DIR, status));
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
      describeMore(folder, name, status);
      TarArchiveEntry link = describe(as, TarConstants.LF_SYMLINK, status);
      link.setLinkName(folder.link(name));
      tar.putArchiveEntry(link);
    } else {
      byte kind =
          status.isPipe()
              ? TarConstants.LF_FIFO
              : status.isBlockDevice() ? TarConstants.LF_BLK : TarConstants.LF_CHR;
      describeMore(folder, name, status);
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
      describeMore(folder, name, status);
      TarArchiveEntry entry = describe(as, TarConstants.LF_NORMAL, status);
      entry.setSize(status.isRegular() ? status.size() : 0);
      tar.putArchiveEntry(entry);
      long left = entry.getSize();
      while (left > 0) {
        int n = buffer.fill(file, left);
        if (n == 0) {
          // It was cut meanwhile; an entry has the size that was announced.
          Arrays.fill(buffer.bytes(), (byte) 0);
          n = (int) Math.min(left, BUFFER_BYTES);
        }
        tar.write(buffer.bytes(), 0, n);
        left -= n;
      }
    }
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

  /** What a tar header has no room for, before it (pax(1), extended header). */
  private void describeMore(OpenFolder folder, String name, FileStatus status) throws IOException {
    var records = new ByteArrayOutputStream();
    if (exact) {
      Instant time = status.modified();
      if (time.getNano() != 0) {
        BigDecimal seconds =
            BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(time.getNano(), 9));
        record(records, "mtime", seconds.toPlainString().getBytes(ISO_8859_1));
      }
      for (var attribute : folder.attributes(name).entrySet()) {
        // A name with an equals sign cannot be said in such a header.
        if (attribute.getKey().indexOf('=') < 0
            && NOT_OURS_TO_TELL.stream().noneMatch(attribute.getKey()::startsWith)) {
          record(records, ATTRIBUTE + attribute.getKey(), attribute.getValue());
        }
      }
    } else if (status.isRegular()) {
      byte[] capability = folder.attribute(name, CAPABILITY);
      if (capability != null) {
        record(records, ATTRIBUTE + CAPABILITY, capability);
      }
    }
    if (records.size() > 0) {
      TarArchiveEntry header =
          new TarArchiveEntry("PaxHeaders.0/x", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
      // With a time of its own it would get an extended header itself, and the entry that time.
      header.setLastModifiedTime(FileTime.fromMillis(0));
      header.setSize(records.size());
      tar.putArchiveEntry(header);
      tar.write(records.toByteArray());
      tar.closeArchiveEntry();
    }
  }

  /** A record of bytes; the library's own take text only. */
  private static void record(ByteArrayOutputStream to, String name, byte[] value) {
    byte[] key = (name + "=").getBytes(UTF_8);
    int rest = 1 + key.length + value.length + 1;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    to.writeBytes((length + " ").getBytes(ISO_8859_1));
    to.writeBytes(key);
    to.writeBytes(value);
    to.write('\n');
  }

  /** Writes the end of the archive. */
  @Override
  public void close() throws IOException {
    try (buffer) {
      tar.finish();
      tar.flush();
    }
  }
}
