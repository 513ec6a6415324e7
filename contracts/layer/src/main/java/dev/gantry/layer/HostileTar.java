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
 * extended headers) is held in memory, so it is bounded before it is read; so are holes, of which a
 * few bytes make as many as they say.
 */
public final class HostileTar {
  /** No more than the reader, which calls itself for each header, has stack for. */
  private static final long LONGEST_DESCRIPTION = 256 << 10;

  /** Of all sparse files together: a gibibyte of holes takes the reader seconds. */
  private static final long MOST_SPARSE = 1L << 30;

  /** Of one sparse file: its last, and such as have nothing. */
  private static final int MOST_SMALL_PIECES = 4;

  private static final int BLOCK = 512;
  private static final int RECORD = 20 * BLOCK;
  private static final int SKIPPED_AT_ONCE = 64 << 10;

  private final Budget source;
  private final TarArchiveInputStream tar;
  private final byte[] skipped = new byte[SKIPPED_AT_ONCE];
  private final InputStream content = new Content();
  private PaxAttributes described = PaxAttributes.of(new byte[0], 0);
  private long sparse;

  public HostileTar(InputStream source) {
    this.source = new Budget(source);
    this.tar = new TarArchiveInputStream(this.source, "ISO-8859-1");
  }

  /** The next entry, whose content {@link #content} gives; null at the end. */
  public @Nullable TarArchiveEntry next() throws IOException {
    try {
      if (tar.getCurrentEntry() != null) {
        leave(tar.getCurrentEntry());
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
      if (entry != null) {
        check(entry);
      }
      source.left = entry == null ? Long.MAX_VALUE : Math.max(0, entry.getSize()) + RECORD;
      described = PaxAttributes.of(description.toByteArray(), padding);
      return entry;
    } catch (IOException | RuntimeException e) {
      throw told(e);
    }
  }

  /** Passes over holes; the rest is read, as only so it shows where it is cut short. */
  private void leave(TarArchiveEntry entry) throws IOException {
    while (entry.isSparse() && tar.skip(Long.MAX_VALUE) > 0) {}
    while (tar.read(skipped) >= 0) {}
  }

  private void check(TarArchiveEntry entry) throws IOException {
    if (!entry.isCheckSumOK()) {
      throw new MalformedArchiveException("a header whose sum is wrong");
    }
    if (entry.isSparse()) {
      checkSparse(entry);
    }
  }

  private void checkSparse(TarArchiveEntry entry) throws IOException {
    sparse += entry.getRealSize();
    if (entry.getRealSize() < 0 || sparse < 0 || sparse > MOST_SPARSE) {
      throw new MalformedArchiveException("sparse files of more than " + MOST_SPARSE + " bytes");
    }
    // The reader calls itself for each piece of what is asked of it.
    if (entry.getOrderedSparseHeaders().stream().filter(one -> one.getNumbytes() < BLOCK).count()
        > MOST_SMALL_PIECES) {
      throw new MalformedArchiveException("a sparse file of very small pieces");
    }
  }

  /** Either the source failed, or the reader can make nothing of what came. */
  private IOException told(Exception e) {
    return switch (e) {
      case MalformedArchiveException malformed -> malformed;
      case RuntimeException failure when source.failed -> throw failure;
      case IOException failure when source.failed -> failure;
      case IOException defect ->
          new MalformedArchiveException(String.valueOf(defect.getMessage()), defect);
      default -> new MalformedArchiveException("invalid tar header", e);
    };
  }

  /** The content of the entry that {@link #next} gave. */
  public InputStream content() {
    return content;
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

  /** Tells a source that failed apart from content that is none. */
  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return tar.read(target, offset, length);
      } catch (IOException | RuntimeException e) {
        throw told(e);
      }
    }
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
      } catch (IOException | RuntimeException e) {
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
