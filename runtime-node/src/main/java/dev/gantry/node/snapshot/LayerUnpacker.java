package dev.gantry.node.snapshot;

import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks the archive of a layer (OCI image-spec, layer.md) into a folder for overlayfs: whiteouts
 * become devices 0/0, an opaque folder gets {@code trusted.overlay.opaque}. Every path is walked by
 * the kernel inside the folder.
 */
final class LayerUnpacker {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final String XATTR = "SCHILY.xattr.";
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFIFO = 0010000;
  private static final int MAX_PATH = 4000;
  private static final int MAX_DEPTH = 256;

  private final LayerLimits limits;

  LayerUnpacker(LayerLimits limits) {
    this.limits = limits;
  }

  /** Unpacks all of {@code tar}; answers the bytes of the files in it. */
  long unpack(InputStream tar, Path folder) throws IOException {
    long bytes = 0;
    long entries = 0;
    Map<String, Instant> folderTimes = new LinkedHashMap<>();
    try (UnpackRoot root = new UnpackRoot(folder)) {
      TarArchiveInputStream archive = new TarArchiveInputStream(tar);
      for (TarArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        if (++entries > limits.entries()) {
          throw new RefusedLayerException("a layer has more than " + limits.entries() + " entries");
        }
        bytes += entry.isFile() ? entry.getSize() : 0;
        if (bytes > limits.bytes() || entry.getSize() < 0) {
          throw new RefusedLayerException("a layer has more than " + limits.bytes() + " bytes");
        }
        String path = clean(entry.getName());
        if (!path.isEmpty()) {
          unpackOne(root, archive, entry, path, folderTimes);
        } else if (entry.isDirectory()) {
          describe(root, entry, ".");
        }
      }
      for (var time : folderTimes.entrySet()) {
        root.time(time.getKey(), time.getValue());
      }
      root.sync(folder);
    } catch (KernelException | IllegalArgumentException e) {
      throw new RefusedLayerException("a layer can't be unpacked: " + e.getMessage());
    }
    return bytes;
  }

  private static void unpackOne(
      UnpackRoot root,
      InputStream content,
      TarArchiveEntry entry,
      String path,
      Map<String, Instant> folderTimes)
      throws IOException {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String folder = path.substring(0, path.length() - name.length());
    if (name.equals(OPAQUE)) {
      String of = folder.isEmpty() ? "." : folder.substring(0, folder.length() - 1);
      if (!of.equals(".")) {
        root.folder(of, 0755);
      }
      root.attribute(of, "trusted.overlay.opaque", "y".getBytes(StandardCharsets.UTF_8));
      return;
    }
    if (name.startsWith(WHITEOUT)) {
      String hidden = name.substring(WHITEOUT.length());
      if (hidden.isEmpty()
          || hidden.equals(".")
          || hidden.equals("..")
          || hidden.startsWith(WHITEOUT)) {
        throw new RefusedLayerException("a layer has an odd whiteout: " + path);
      }
      root.whiteout(folder + hidden);
      return;
    }
    if (entry.isDirectory()) {
      root.folder(path, 0755);
      folderTimes.put(path, entry.getLastModifiedTime().toInstant());
    } else if (entry.isSymbolicLink()) {
      root.symbolicLink(path, entry.getLinkName());
    } else if (entry.isLink()) {
      root.hardLink(path, clean(entry.getLinkName()));
      return;
    } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      int kind = entry.isFIFO() ? S_IFIFO : entry.isBlockDevice() ? S_IFBLK : S_IFCHR;
      root.node(path, kind | 0600, entry.getDevMajor(), entry.getDevMinor());
    } else if (entry.isFile()) {
      root.file(path, 0600, content);
    } else {
      throw new RefusedLayerException("a layer has an entry of an unknown kind: " + path);
    }
    describe(root, entry, path);
  }

  /** Owner before mode, since a change of owner takes the set-id bits; then attributes and time. */
  private static void describe(UnpackRoot root, TarArchiveEntry entry, String path)
      throws IOException {
    root.owner(path, (int) entry.getLongUserId(), (int) entry.getLongGroupId());
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

  /** A path without leading slashes and dots; one that goes up is refused. */
  private static String clean(String name) throws RefusedLayerException {
    if (name.length() > MAX_PATH) {
      throw new RefusedLayerException("a layer has a path of " + name.length() + " characters");
    }
    StringBuilder path = new StringBuilder();
    int depth = 0;
    for (String part : name.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..") || part.indexOf('\0') >= 0 || ++depth > MAX_DEPTH) {
        throw new RefusedLayerException("a layer has an odd path: " + name);
      }
      path.append(path.isEmpty() ? "" : "/").append(part);
    }
    return path.toString();
  }
}
