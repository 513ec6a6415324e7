package dev.gantry.node.archive;

import dev.gantry.layer.EntryPath;
import dev.gantry.layer.HostileTar;
import dev.gantry.layer.MalformedArchiveException;
import dev.gantry.node.kernel.Errno;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Makes what entries of an archive describe: kind, content, owner, mode, attributes, times. Every
 * path is walked by the kernel inside the root. Times of folders come last, as what is made in them
 * changes them.
 */
public final class EntryUnpacker {
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFIFO = 0010000;

  /** The largest id that is not -1, which says to the kernel that nothing changes. */
  private static final long MAX_ID = 0xfffffffeL;

  private static final int MAX_MAJOR = 0xfff;
  private static final int MAX_MINOR = 0xfffff;

  /** How many characters of folders' paths are remembered. */
  private static final int MAX_REMEMBERED = 1 << 20;

  private final UnpackRoot root;
  private final Owner owner;
  private final NavigableMap<String, Instant> folderTimes = new TreeMap<>();
  private int remembered;

  /** Whose the files will be. */
  @FunctionalInterface
  public interface Owner {
    /** As the archive says. */
    Owner OF_ARCHIVE = (root, path, uid, gid) -> root.owner(path, uid, gid);

    void give(UnpackRoot root, String path, int uid, int gid) throws IOException;
  }

  public EntryUnpacker(UnpackRoot root, Owner owner) {
    this.root = root;
    this.owner = owner;
  }

  /**
   * Makes the entry that the archive is at; what is there already gives way, but for a folder that
   * stays one.
   *
   * @param path of {@link EntryPath#clean}
   * @param linked the path, of {@link EntryPath#clean}, of what a hard link names
   */
  public void unpack(HostileTar archive, TarArchiveEntry entry, String path, String linked)
      throws IOException {
    if (entry.isDirectory()) {
      root.folder(path, 0755);
      remember(path, entry.getLastModifiedTime().toInstant());
    } else if (entry.isSymbolicLink()) {
      root.symbolicLink(path, archive.linkName());
    } else if (entry.isLink()) {
      root.hardLink(path, linked);
      forget(path);
      return;
    } else if (entry.isFIFO()) {
      root.node(path, S_IFIFO | 0600, 0, 0);
    } else if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      int kind = entry.isBlockDevice() ? S_IFBLK : S_IFCHR;
      int major = part(entry.getDevMajor(), MAX_MAJOR);
      root.node(path, kind | 0600, major, part(entry.getDevMinor(), MAX_MINOR));
    } else if (isContent(entry)) {
      root.file(path, 0600, archive.content());
    } else {
      throw new MalformedArchiveException("an entry of an unknown kind: " + path);
    }
    if (!entry.isDirectory()) {
      forget(path);
    }
    describe(archive, entry, path);
  }

  private static boolean isContent(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return kind == TarConstants.LF_NORMAL
        || kind == TarConstants.LF_OLDNORM
        || kind == TarConstants.LF_CONTIG
        || entry.isSparse();
  }

  /** Owner before mode, since a change of owner takes the set-id bits; then attributes and time. */
  public void describe(HostileTar archive, TarArchiveEntry entry, String path) throws IOException {
    owner.give(root, path, id(entry.getLongUserId()), id(entry.getLongGroupId()));
    if (!entry.isSymbolicLink()) {
      root.mode(path, entry.getMode() & 07777);
      for (var attribute : archive.attributes().entrySet()) {
        attribute(path, attribute.getKey(), attribute.getValue());
      }
    }
    if (!entry.isDirectory()) {
      root.time(path, entry.getLastModifiedTime().toInstant());
    }
  }

  /** What overlayfs says of files is not the archive's to say. */
  private void attribute(String path, String name, byte[] value) throws IOException {
    if (name.startsWith("trusted.")) {
      return;
    }
    if (name.indexOf('\0') >= 0) {
      throw new MalformedArchiveException("an odd attribute of " + path);
    }
    try {
      root.attribute(path, name, value);
    } catch (KernelException e) {
      if (e.is(Errno.ENOSPC)) {
        // There is next to no room for attributes in any case.
        throw new MalformedArchiveException(
            "an attribute of %d bytes of %s: %s".formatted(value.length, path, e.reason()));
      }
      // A file system without attributes gets the file without them, as from the engine.
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
  }

  private static int id(long number) throws MalformedArchiveException {
    if (number < 0 || number > MAX_ID) {
      throw new MalformedArchiveException("an owner of the number " + number);
    }
    return (int) number;
  }

  /** What is beyond would become the number of another device. */
  private static int part(int number, int most) throws MalformedArchiveException {
    if (number < 0 || number > most) {
      throw new MalformedArchiveException("a device of the number " + number);
    }
    return number;
  }

  /** Of an endless number of folders those that nothing is made in any more get their times now. */
  private void remember(String path, Instant time) throws IOException {
    remembered += path.length();
    if (remembered > MAX_REMEMBERED) {
      Map<String, Instant> above = new HashMap<>(folderTimes);
      above.keySet().removeIf(folder -> !path.startsWith(folder + "/"));
      folderTimes.keySet().removeAll(above.keySet());
      finish();
      folderTimes.clear();
      folderTimes.putAll(above);
      remembered = 0;
    }
    folderTimes.put(path, time);
  }

  /** Something else came in the place of what may have been a folder. */
  public void forget(String path) {
    folderTimes.remove(path);
    folderTimes.subMap(path + "/", path + (char) ('/' + 1)).clear();
  }

  /** After the last entry. */
  public void finish() throws IOException {
    for (var time : folderTimes.entrySet()) {
      root.time(time.getKey(), time.getValue());
    }
  }
}
