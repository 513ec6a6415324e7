package dev.gantry.node.archive;

import dev.gantry.layer.MalformedArchiveException;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Makes what entries of an archive describe: kind, content, owner, mode, attributes, times. Every
 * path is walked by the kernel inside the root. Times of folders come last, as what is made in them
 * changes them.
 */
public final class EntryUnpacker {
  private static final String XATTR = "SCHILY.xattr.";
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFIFO = 0010000;
  private static final int MAX_PATH = 4000;
  private static final int MAX_DEPTH = 256;

  private final UnpackRoot root;
  private final Owner owner;
  private final Map<String, Instant> folderTimes = new LinkedHashMap<>();

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
   * Makes one entry; what is there already gives way, but for a folder that stays one.
   *
   * @param path of {@link #clean}
   * @param linked the path, of {@link #clean}, of what a hard link names
   */
  public void unpack(TarArchiveEntry entry, InputStream content, String path, String linked)
      throws IOException {
    if (entry.isDirectory()) {
      root.folder(path, 0755);
      folderTimes.put(path, entry.getLastModifiedTime().toInstant());
    } else if (entry.isSymbolicLink()) {
      root.symbolicLink(path, entry.getLinkName());
    } else if (entry.isLink()) {
      root.hardLink(path, linked);
      return;
    } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      int kind = entry.isFIFO() ? S_IFIFO : entry.isBlockDevice() ? S_IFBLK : S_IFCHR;
      root.node(path, kind | 0600, entry.getDevMajor(), entry.getDevMinor());
    } else if (entry.isFile()) {
      root.file(path, 0600, content);
    } else {
      throw new MalformedArchiveException("an entry of an unknown kind: " + path);
    }
    describe(entry, path);
  }

  /** Owner before mode, since a change of owner takes the set-id bits; then attributes and time. */
  public void describe(TarArchiveEntry entry, String path) throws IOException {
    owner.give(root, path, (int) entry.getLongUserId(), (int) entry.getLongGroupId());
    if (!entry.isSymbolicLink()) {
      root.mode(path, entry.getMode() & 07777);
      for (var header : entry.getExtraPaxHeaders().entrySet()) {
        if (header.getKey().startsWith(XATTR)) {
          String name = header.getKey().substring(XATTR.length());
          if (!name.startsWith("trusted.")) {
            root.attribute(path, name, header.getValue().getBytes(StandardCharsets.ISO_8859_1));
          }
        }
      }
    }
    if (!entry.isDirectory()) {
      root.time(path, entry.getLastModifiedTime().toInstant());
    }
  }

  /** After the last entry. */
  public void finish() throws IOException {
    for (var time : folderTimes.entrySet()) {
      root.time(time.getKey(), time.getValue());
    }
  }

  /** A path without leading slashes and dots; one that goes up is refused. */
  public static String clean(String name) throws MalformedArchiveException {
    if (name.length() > MAX_PATH) {
      throw new MalformedArchiveException("a path of " + name.length() + " characters");
    }
    StringBuilder path = new StringBuilder();
    int depth = 0;
    for (String part : name.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..") || part.indexOf('\0') >= 0 || ++depth > MAX_DEPTH) {
        throw new MalformedArchiveException("an odd path: " + name);
      }
      path.append(path.isEmpty() ? "" : "/").append(part);
    }
    return path.toString();
  }
}
