package dev.gantry.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A tar archive that comes from anyone, read entry by entry. What describes an entry (long names,
 * extended headers) is held in memory, so it is bounded before it is read.
 */
public final class HostileTar {
  private static final long LONGEST_DESCRIPTION = 1 << 20;
  private static final int BLOCK = 512;
  private static final int RECORD = 20 * BLOCK;

  private final Budget source;
  private final TarArchiveInputStream tar;

  public HostileTar(InputStream source) {
    this.source = new Budget(source);
    this.tar = new TarArchiveInputStream(this.source);
  }

  /** The next entry, whose content {@link #content} gives; null at the end. */
  public @Nullable TarArchiveEntry next() throws IOException {
    try {
      if (tar.getCurrentEntry() != null) {
        tar.transferTo(OutputStream.nullOutputStream());
      }
      source.left = LONGEST_DESCRIPTION + RECORD;
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null && source.total % BLOCK != 0) {
        throw new MalformedArchiveException("unexpected EOF");
      }
      source.left = entry == null ? Long.MAX_VALUE : Math.max(0, entry.getSize()) + RECORD;
      return entry;
    } catch (IllegalArgumentException e) {
      throw new MalformedArchiveException("invalid tar header", e);
    }
  }

  /** The content of the entry that {@link #next} gave. */
  public InputStream content() {
    return tar;
  }

  /** Lets through no more than was allowed since. */
  private static final class Budget extends FilterInputStream {
    private long left = Long.MAX_VALUE;
    private long total;

    Budget(InputStream source) {
      super(source);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      spend(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, (int) Math.min(length, Math.max(1, left)));
      spend(Math.max(0, n));
      return n;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(Math.min(count, Math.max(1, left)));
      spend(skipped);
      return skipped;
    }

    private void spend(long count) throws IOException {
      left -= count;
      total += count;
      if (left < 0) {
        throw new MalformedArchiveException("an entry is described by too many bytes");
      }
    }
  }
}
