package dev.gantry.image.bucket;

import dev.gantry.image.blob.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An object that is held while it is open. A connection that breaks in the middle of it is made
 * again for the rest.
 */
final class ObjectBlob implements Blob {
  private static final int BUFFER = 128 << 10;
  private static final int MOST_FAILURES = 3;

  private final Bucket bucket;
  private final ObjectRows.Held held;
  private final Runnable release;

  ObjectBlob(Bucket bucket, ObjectRows.Held held, Runnable release) {
    this.bucket = bucket;
    this.held = held;
    this.release = release;
  }

  @Override
  public long size() {
    return held.size();
  }

  @Override
  public InputStream stream() throws IOException {
    return bucket.get(held.object());
  }

  @Override
  public InputStream stream(long from, long to) throws IOException {
    return from == to ? InputStream.nullInputStream() : bucket.get(held.object(), from, to);
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, to - from)];
    int failures = 0;
    for (long at = from; at < to; ) {
      try (InputStream in = stream(at, to)) {
        for (int count = read(in, buffer); count > 0; count = read(in, buffer)) {
          out.write(buffer, 0, count);
          at += count;
          failures = 0;
        }
        if (at < to) {
          throw new BrokenException(new IOException("the object ended at " + at));
        }
      } catch (BrokenException e) {
        failures++;
        if (failures == MOST_FAILURES) {
          throw new IOException("S3 broke off: " + e.getMessage(), e);
        }
      }
    }
  }

  /** The server's end of it failed, not the client's. */
  private static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenException(IOException cause) {
      super(cause);
    }
  }

  private static int read(InputStream in, byte[] buffer) throws BrokenException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new BrokenException(e);
    }
  }

  @Override
  public void close() {
    release.run();
  }
}
