package dev.gantry.image.layer;

import dev.gantry.image.manifest.RefusedImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Walks the headers of a layer's tar and adds up what its entries take once unpacked. */
final class TarMeasure {
  private static final long HEADER_ALLOWANCE = 1 << 20;

  private TarMeasure() {}

  /** Reads to the end of the stream. */
  static long unpackedSize(MeteredInputStream in, long maxEntries) throws IOException {
    long size = 0;
    long entries = 0;
    in.allow(HEADER_ALLOWANCE);
    try {
      TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++entries > maxEntries) {
          throw new IOException("more than " + maxEntries + " entries");
        }
        size += unpackedSize(entry);
        in.allow(HEADER_ALLOWANCE + entry.getSize());
      }
    } catch (RefusedImageException | UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      // What the tar reader throws where a hostile header surprises it.
      throw new IOException("not a valid tar: " + e.getMessage(), e);
    }
    in.drain();
    return size;
  }

  private static long unpackedSize(TarArchiveEntry entry) throws IOException {
    if (entry.isSymbolicLink()) {
      return entry.getLinkName().length();
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
