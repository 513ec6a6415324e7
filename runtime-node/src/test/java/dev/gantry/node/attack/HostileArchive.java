package dev.gantry.node.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.attribute.FileTime;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar archive as nobody who means well would write it. */
public final class HostileArchive {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar;
  private FileTime time = FileTime.fromMillis(0);
  private long owner;

  public HostileArchive() {
    this(bytes -> bytes);
  }

  private HostileArchive(UnaryOperator<OutputStream> packing) {
    this.tar = new TarArchiveOutputStream(packing.apply(bytes), "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /** One that gzip packs while it is written, for those that are too large otherwise. */
  public static HostileArchive gzipped() {
    return new HostileArchive(
        bytes -> {
          try {
            return new GZIPOutputStream(bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Whose all that follows is. */
  public HostileArchive owner(long id) {
    owner = id;
    return this;
  }

  /** When all that follows was changed last. */
  public HostileArchive at(FileTime when) {
    time = when;
    return this;
  }

  public HostileArchive folder(String name) {
    return add(entry(name.endsWith("/") ? name : name + "/", TarConstants.LF_DIR), new byte[0]);
  }

  public HostileArchive file(String name, String content) {
    return file(name, 0755, content.getBytes(UTF_8));
  }

  public HostileArchive file(String name, int mode, byte[] content) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL);
    entry.setMode(mode);
    entry.setSize(content.length);
    return add(entry, content);
  }

  public HostileArchive link(String name, String target) {
    return link(name, TarConstants.LF_SYMLINK, target);
  }

  public HostileArchive hardLink(String name, String target) {
    return link(name, TarConstants.LF_LINK, target);
  }

  private HostileArchive link(String name, byte kind, String target) {
    TarArchiveEntry entry = entry(name, kind);
    entry.setLinkName(target);
    return add(entry, new byte[0]);
  }

  public HostileArchive pipe(String name) {
    return add(entry(name, TarConstants.LF_FIFO), new byte[0]);
  }

  public HostileArchive device(String name, boolean block, int major, int minor) {
    TarArchiveEntry entry = entry(name, block ? TarConstants.LF_BLK : TarConstants.LF_CHR);
    entry.setMode(0666);
    entry.setDevMajor(major);
    entry.setDevMinor(minor);
    return add(entry, new byte[0]);
  }

  /** A file that says it is very large and has next to nothing (GNU tar, sparse format 0.1). */
  public HostileArchive sparse(String name, int size) {
    pax(
        record("GNU.sparse.size", Integer.toString(size).getBytes(UTF_8)),
        record("GNU.sparse.map", ("0,1," + size + ",0").getBytes(UTF_8)));
    return file(name, "x");
  }

  /** An extended attribute of the entry that follows. */
  public HostileArchive attribute(String name, byte[] value) {
    return described("SCHILY.xattr." + name, value);
  }

  /** Whatever else an extended header says of the entry that follows. */
  public HostileArchive described(String key, byte[] value) {
    return pax(record(key, value));
  }

  /** An entry of any kind, without content. */
  public HostileArchive kind(char kind, String name) {
    return add(entry(name, (byte) kind), new byte[0]);
  }

  /** A header as it stands in an archive, whatever comes after it. */
  public static byte[] header(char kind, String name, long size) {
    var entry = new TarArchiveEntry(name, (byte) kind, true);
    entry.setSize(size);
    byte[] block = new byte[BLOCK];
    entry.writeEntryHeader(block);
    return block;
  }

  public static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private HostileArchive pax(byte[]... records) {
    byte[] all = joined(records);
    var header = new TarArchiveEntry("x", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
    header.setLastModifiedTime(FileTime.fromMillis(0));
    header.setSize(all.length);
    return add(header, all);
  }

  private static byte[] record(String key, byte[] value) {
    int rest = key.length() + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    var record = new ByteArrayOutputStream();
    record.writeBytes((length + " " + key + "=").getBytes(ISO_8859_1));
    record.writeBytes(value);
    record.write('\n');
    return record.toByteArray();
  }

  private TarArchiveEntry entry(String name, byte kind) {
    var entry = new TarArchiveEntry(name, kind, true);
    entry.setIds(0, 0);
    entry.setUserId(owner);
    entry.setGroupId(owner);
    entry.setMode(0755);
    entry.setLastModifiedTime(time);
    return entry;
  }

  private HostileArchive add(TarArchiveEntry entry, byte[] content) {
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] bytes() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
