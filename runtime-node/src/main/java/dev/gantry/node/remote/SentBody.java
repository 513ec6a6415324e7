package dev.gantry.node.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that is written while it is sent: a few pieces at a time, each side waiting
 * for the other, but not for ever. What is not ended by {@link #close} is cut off, not ended.
 */
final class SentBody extends OutputStream implements Iterable<byte[]> {
  private static final int PIECE = 256 << 10;
  private static final int PIECES = 4;
  private static final long PATIENCE_SECONDS = 60;
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
  private byte[] open = new byte[PIECE];
  private int filled;
  private boolean ended;
  private volatile boolean abandoned;

  /** Nobody reads, or nobody writes, any more. */
  void abandon() {
    abandoned = true;
    pieces.clear();
    boolean unused = pieces.offer(END);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      int n = Math.min(left, PIECE - filled);
      System.arraycopy(bytes, at, open, filled, n);
      filled += n;
      at += n;
      left -= n;
      if (filled == PIECE) {
        give(open);
        open = new byte[PIECE];
        filled = 0;
      }
    }
  }

  private void give(byte[] piece) throws IOException {
    try {
      if (abandoned || !pieces.offer(piece, PATIENCE_SECONDS, TimeUnit.SECONDS) || abandoned) {
        throw new IOException("nobody takes what is sent");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while something was sent");
    }
  }

  /** The body is whole. */
  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      if (filled > 0) {
        give(Arrays.copyOf(open, filled));
      }
      give(END);
    }
  }

  @Override
  public Iterator<byte[]> iterator() {
    return new Iterator<>() {
      private byte @Nullable [] next;

      @Override
      public boolean hasNext() {
        byte[] there = next;
        if (there == null) {
          there = take();
          next = there;
        }
        return there != END;
      }

      @Override
      public byte[] next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        byte[] there = next;
        next = null;
        return java.util.Objects.requireNonNull(there);
      }
    };
  }

  private byte[] take() {
    try {
      byte[] piece = pieces.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (piece == null || abandoned) {
        throw new UncheckedIOException(new IOException("what is sent does not come to its end"));
      }
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted while sending"));
    }
  }
}
