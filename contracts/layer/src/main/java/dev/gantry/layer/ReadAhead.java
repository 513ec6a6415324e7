package dev.gantry.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream ahead on a thread of its own, so that what makes its bytes and what is done with
 * them happen at the same time. A little is held, and its source waits for its reader.
 */
public final class ReadAhead extends InputStream {
  private static final int PIECE_BYTES = 128 << 10;
  private static final int PIECES = 4;

  /** A failure ends a stream; so does a piece without bytes. */
  private record Piece(byte[] bytes, int length, @Nullable Throwable failure) {}

  private static final Piece NOTHING = new Piece(new byte[0], 0, null);
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final InputStream source;
  private final Duration patience;
  private final Thread reader;
  private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(PIECES);
  private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(PIECES + 1);
  private Piece open = NOTHING;
  private int at;
  private boolean ended;

  /**
   * @param source is closed with this, and is read by nobody else
   */
  public ReadAhead(InputStream source) {
    this(source, FOR_EVER);
  }

  /**
   * @param patience how long a reader waits for the source before it is given up; a source that is
   *     read without end has to end with an interruption then
   */
  public ReadAhead(InputStream source, Duration patience) {
    this.source = source;
    this.patience = patience;
    for (int i = 0; i < PIECES; i++) {
      empty.add(new byte[PIECE_BYTES]);
    }
    // No virtual one: to decompress is work without a pause, which would keep others from theirs.
    reader = Thread.ofPlatform().daemon().name("read-ahead").start(this::readAll);
  }

  private void readAll() {
    try {
      while (true) {
        byte[] bytes = empty.take();
        int length = fill(bytes);
        filled.put(new Piece(bytes, length, null));
        if (length == 0) {
          return;
        }
      }
    } catch (InterruptedException _) {
      // Closed; nobody reads.
    } catch (Throwable e) {
      // There is always room for one more.
      boolean _ = filled.offer(new Piece(new byte[0], 0, e));
    }
  }

  private int fill(byte[] bytes) throws IOException {
    int length = 0;
    while (length < bytes.length && !Thread.currentThread().isInterrupted()) {
      int count = source.read(bytes, length, bytes.length - length);
      if (count < 0) {
        break;
      }
      length += count;
    }
    return length;
  }

  @Override
  public int read() throws IOException {
    return next() ? open.bytes[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!next()) {
      return -1;
    }
    int count = Math.min(length, open.length - at);
    System.arraycopy(open.bytes, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return open.length - at;
  }

  /** Whether there is a byte to read. */
  private boolean next() throws IOException {
    if (at < open.length) {
      return true;
    }
    at = 0;
    if (!ended) {
      try {
        if (open.length > 0) {
          empty.put(open.bytes);
          open = NOTHING;
        }
        Piece next = filled.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
          throw new IOException("nothing came for " + patience.toSeconds() + " s");
        }
        open = next;
        ended = open.length == 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading");
      }
    }
    return switch (open.failure) {
      case IOException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      case Throwable failure -> throw new IOException(failure);
      case null -> !ended;
    };
  }

  /** Returns when nothing reads from the source any more. */
  @Override
  public void close() throws IOException {
    reader.interrupt();
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }
}
