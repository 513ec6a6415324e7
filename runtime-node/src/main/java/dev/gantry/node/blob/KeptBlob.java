package dev.gantry.node.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A blob of {@link KeptBlobs} that is open for reading, whole or behind the one who writes it. */
public final class KeptBlob implements AutoCloseable {
  private static final int PIECE_BYTES = 128 << 10;

  private final long size;
  private final FileChannel channel;
  private final @Nullable Arrival arrival;
  private final Runnable release;

  KeptBlob(long size, FileChannel channel, @Nullable Arrival arrival, Runnable release) {
    this.size = size;
    this.channel = channel;
    this.arrival = arrival;
    this.release = release;
  }

  /** Bytes that it has, or will have. */
  public long size() {
    return size;
  }

  /**
   * Writes it from a byte on to its end.
   *
   * @param sent is told of each piece
   * @throws IOException also where it does not come to its end, or takes too long
   */
  public void writeTo(OutputStream out, long from, PeerLimits limits, LongConsumer sent)
      throws IOException {
    long deadline = System.nanoTime() + limits.whole().toNanos();
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, Math.max(1, size - from)));
    for (long at = from; at < size; ) {
      if (System.nanoTime() > deadline) {
        throw new IOException("a blob took longer than " + limits.whole().toSeconds() + " s");
      }
      int count = read(piece.clear(), at, limits.silence());
      out.write(piece.array(), 0, count);
      // Who follows what is still coming gets it as it comes.
      out.flush();
      sent.accept(count);
      at += count;
    }
  }

  private int read(ByteBuffer into, long at, Duration patience) throws IOException {
    long there = arrival == null ? size : arrival.awaitMoreThan(at, patience);
    into.limit((int) Math.min(into.capacity(), there - at));
    int count = channel.read(into, at);
    if (count <= 0) {
      throw new IOException("a kept blob is shorter than it is said to be");
    }
    return count;
  }

  /** Its bytes from one on; closes it when it is closed. It has to be whole. */
  InputStream stream(long from) throws IOException {
    channel.position(from);
    return new FilterInputStream(Channels.newInputStream(channel)) {
      @Override
      public void close() throws IOException {
        KeptBlob.this.close();
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.close();
      release.run();
    }
  }
}
