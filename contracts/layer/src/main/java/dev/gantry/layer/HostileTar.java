package dev.gantry.layer;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
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
  private static final int SKIPPED_AT_ONCE = 64 << 10;

  private final Budget source;
  private final TarArchiveInputStream tar;
  private final byte[] skipped = new byte[SKIPPED_AT_ONCE];
  private PaxAttributes described = PaxAttributes.of(new byte[0], 0);

  public HostileTar(InputStream source) {
    this.source = new Budget(source);
    this.tar = new TarArchiveInputStream(this.source, "ISO-8859-1");
  }

  /** The next entry, whose content {@link #content} gives; null at the end. */
  public @Nullable TarArchiveEntry next() throws IOException {
    try {
      if (tar.getCurrentEntry() != null) {
        while (tar.read(skipped) >= 0) {}
      }
      source.left = LONGEST_DESCRIPTION + RECORD;
      int padding = (int) Math.floorMod(-source.total, (long) BLOCK);
      var description = new ByteArrayOutputStream(2 * BLOCK);
      source.copy = description;
      TarArchiveEntry entry = tar.getNextEntry();
      source.copy = null;
      if (entry == null && source.total % BLOCK != 0) {
        throw new MalformedArchiveException("unexpected EOF");
      }
      if (entry != null && !entry.isCheckSumOK()) {
        throw new MalformedArchiveException("a header whose sum is wrong");
      }
      source.left = entry == null ? Long.MAX_VALUE : Math.max(0, entry.getSize()) + RECORD;
      described = PaxAttributes.of(description.toByteArray(), padding);
      return entry;
    } catch (MalformedArchiveException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedArchiveException("invalid tar header", e);
    } catch (IOException e) {
      // Either the source failed, or the reader can make nothing of what came.
      throw source.failed ? e : new MalformedArchiveException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The content of the entry that {@link #next} gave. */
  public InputStream content() {
    return tar;
  }

  /** Extended attributes of the entry that {@link #next} gave, byte for byte. */
  public Map<String, byte[]> attributes() {
    return described.attributes();
  }

  /** The name of the entry that {@link #next} gave: of bytes, a character each. */
  public String name() {
    return described.name(tar.getCurrentEntry().getName());
  }

  /** What that entry links to, in the same way. */
  public String linkName() {
    return described.linkName(tar.getCurrentEntry().getLinkName());
  }

  /** Lets through no more than was allowed since, and copies it where it is asked to. */
  private static final class Budget extends FilterInputStream {
    private final byte[] skipped = new byte[RECORD];
    private long left = Long.MAX_VALUE;
    private long total;
    private @Nullable ByteArrayOutputStream copy;
    private boolean failed;

    Budget(InputStream source) {
      super(source);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = readSource(target, offset, (int) Math.min(length, Math.max(1, left)));
      spend(Math.max(0, n));
      if (copy != null && n > 0) {
        copy.write(target, offset, n);
      }
      return n;
    }

    @Override
    public long skip(long count) throws IOException {
      return Math.max(0, read(skipped, 0, (int) Math.min(count, RECORD)));
    }

    private int readSource(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
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
