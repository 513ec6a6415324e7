package dev.gantry.image.layer;

import dev.gantry.image.manifest.RefusedImageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Hashes, counts, bounds and copies what is read through it; what is skipped is read. */
public final class MeteredInputStream extends FilterInputStream {
  private static final int BUFFER = 128 << 10;

  private final MessageDigest hash;
  private final OutputStream copy;
  private final long limit;
  private final byte[] buffer = new byte[BUFFER];
  private long count;
  private @Nullable IOException failure;

  public MeteredInputStream(InputStream in, MessageDigest hash, OutputStream copy, long limit) {
    super(in);
    this.hash = hash;
    this.copy = copy;
    this.limit = limit;
  }

  public long count() {
    return count;
  }

  /** Reads to the end. */
  public void drain() throws IOException {
    while (read(buffer, 0, buffer.length) >= 0) {}
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int got = readSource(into, offset, length);
    if (got > 0) {
      count += got;
      if (count > limit) {
        throw new RefusedImageException("a layer of more than " + limit + " bytes");
      }
      hash.update(into, offset, got);
      write(into, offset, got);
    }
    return got;
  }

  /** A source that failed once has failed for good, whoever caught the first failure. */
  private int readSource(byte[] into, int offset, int length) throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      return in.read(into, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** A full disk is not a defect of the content, so it passes those who look for defects. */
  private void write(byte[] from, int offset, int length) {
    try {
      copy.write(from, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long skip(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      int got = read(buffer, 0, (int) Math.min(left, buffer.length));
      if (got < 0) {
        break;
      }
      left -= got;
    }
    return bytes - left;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
