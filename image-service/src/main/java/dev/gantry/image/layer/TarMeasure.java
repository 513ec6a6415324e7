package dev.gantry.image.layer;

import dev.gantry.layer.EntryPath;
import dev.gantry.layer.HostileTar;
import java.io.BufferedInputStream;
import java.io.IOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Walks the headers of a layer's tar and adds up what its entries take once unpacked. What no node
 * would unpack, because it leads out of its folder, is no layer.
 */
final class TarMeasure {
  /** What is hashed and written at once, too. */
  private static final int BUFFER = 128 << 10;

  private TarMeasure() {}

  /** Reads to the end of the stream. */
  static long unpackedSize(MeteredInputStream in, LayerLimits limits) throws IOException {
    long size = 0;
    long entries = 0;
    HostileTar tar = new HostileTar(new BufferedInputStream(in, BUFFER));
    for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
      if (++entries > limits.entries()) {
        throw new IOException("more than " + limits.entries() + " entries");
      }
      requireInside(tar, entry);
      size += unpackedSize(tar, entry);
      if (size < 0 || size > limits.unpackedBytes()) {
        throw new IOException("more than " + limits.unpackedBytes() + " bytes");
      }
    }
    in.drain();
    return size;
  }

  private static void requireInside(HostileTar tar, TarArchiveEntry entry) throws IOException {
    String unused = EntryPath.clean(tar.name());
    if (entry.isLink()) {
      unused = EntryPath.clean(tar.linkName());
    }
  }

  private static long unpackedSize(HostileTar tar, TarArchiveEntry entry) throws IOException {
    if (entry.isSymbolicLink()) {
      return tar.linkName().length();
    }
    if (!entry.isFile() || entry.isLink()) {
      return 0;
    }
    long size = entry.isSparse() ? entry.getRealSize() : entry.getSize();
    if (size < 0) {
      throw new IOException("an entry of negative size");
    }
    return size;
  }
}
