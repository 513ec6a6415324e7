package dev.gantry.node.snapshot;

import dev.gantry.layer.EntryPath;
import dev.gantry.layer.HostileTar;
import dev.gantry.layer.MalformedArchiveException;
import dev.gantry.node.archive.EntryUnpacker;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Unpacks the archive of a layer (OCI image-spec, layer.md) into a folder for overlayfs: whiteouts
 * become devices 0/0, an opaque folder gets {@code trusted.overlay.opaque}. Every path is walked by
 * the kernel inside the folder.
 */
final class LayerUnpacker {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final LayerLimits limits;

  LayerUnpacker(LayerLimits limits) {
    this.limits = limits;
  }

  /** Unpacks all of {@code tar}, which is read to its end, whatever stands behind the archive. */
  void unpack(InputStream tar, Path folder) throws IOException {
    long bytes = 0;
    long entries = 0;
    var bounded = new Bounded(tar);
    try (UnpackRoot root = new UnpackRoot(folder)) {
      var archive = new HostileTar(bounded);
      var unpacker = new EntryUnpacker(root, EntryUnpacker.Owner.OF_ARCHIVE);
      for (TarArchiveEntry entry = archive.next(); entry != null; entry = archive.next()) {
        if (++entries > limits.entries()) {
          throw new RefusedLayerException("a layer has more than " + limits.entries() + " entries");
        }
        long size = entry.isSparse() ? entry.getRealSize() : entry.getSize();
        bytes += entry.isFile() ? size : 0;
        if (size < 0 || bytes > limits.bytes() || bytes < 0) {
          throw tooLarge();
        }
        String path = EntryPath.clean(archive.name());
        if (path.isEmpty()) {
          if (entry.isDirectory()) {
            unpacker.describe(archive, entry, ".");
          }
        } else if (!whiteout(root, unpacker, path)) {
          String linked = entry.isLink() ? EntryPath.clean(archive.linkName()) : "";
          unpacker.unpack(archive, entry, path, linked);
        }
      }
      unpacker.finish();
      bounded.transferTo(OutputStream.nullOutputStream());
    } catch (KernelException | MalformedArchiveException | IllegalArgumentException e) {
      if (e instanceof KernelException kernel && kernel.isShortage()) {
        throw kernel;
      }
      throw new RefusedLayerException("a layer can't be unpacked: " + e.getMessage());
    }
  }

  private RefusedLayerException tooLarge() {
    return new RefusedLayerException("a layer has more than " + limits.bytes() + " bytes");
  }

  /** Gives no more than a layer may have, be it content of a file or not. */
  private final class Bounded extends InputStream {
    private final InputStream tar;
    private long left = limits.bytes();

    Bounded(InputStream tar) {
      this.tar = tar;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = tar.read(target, offset, length);
      left -= Math.max(0, count);
      if (left < 0) {
        throw tooLarge();
      }
      return count;
    }
  }

  /** Hides what the entry says that is hidden; false where it says no such thing. */
  private static boolean whiteout(UnpackRoot root, EntryUnpacker unpacker, String path)
      throws IOException {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String folder = path.substring(0, path.length() - name.length());
    if (name.equals(OPAQUE)) {
      String of = folder.isEmpty() ? "." : folder.substring(0, folder.length() - 1);
      if (!of.equals(".")) {
        root.folder(of, 0755);
      }
      root.attribute(of, "trusted.overlay.opaque", "y".getBytes(StandardCharsets.UTF_8));
      return true;
    }
    if (!name.startsWith(WHITEOUT)) {
      return false;
    }
    String hidden = name.substring(WHITEOUT.length());
    if (hidden.isEmpty()
        || hidden.equals(".")
        || hidden.equals("..")
        || hidden.startsWith(WHITEOUT)) {
      throw new RefusedLayerException("a layer has an odd whiteout: " + path);
    }
    root.whiteout(folder + hidden);
    unpacker.forget(folder + hidden);
    return true;
  }
}
