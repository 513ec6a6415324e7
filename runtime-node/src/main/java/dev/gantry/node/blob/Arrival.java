package dev.gantry.node.blob;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A blob on its way to {@link KeptBlobs}: one writes it, and others read behind. */
final class Arrival {
  private enum State {
    COMING,
    WHOLE,
    BROKEN
  }

  private final KeptBlobs kept;
  private final Digest digest;
  private final long size;
  private final Path file;
  private final FileChannel channel;
  private long written;
  private State state = State.COMING;

  Arrival(KeptBlobs kept, Digest digest, long size, Path file) throws IOException {
    this.kept = kept;
    this.digest = digest;
    this.size = size;
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  Digest digest() {
    return digest;
  }

  long size() {
    return size;
  }

  Path file() {
    return file;
  }

  /** Adds what came. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer piece = ByteBuffer.wrap(bytes, offset, length);
    while (piece.hasRemaining()) {
      int _ = channel.write(piece);
    }
    synchronized (this) {
      written += length;
      notifyAll();
    }
  }

  /** All has come, and it is what its digest says. */
  void keep() throws IOException {
    channel.force(true);
    channel.close();
    kept.keep(this);
    end(State.WHOLE);
  }

  /** No more comes, or it is not what its digest says. After {@link #keep} it does nothing. */
  void abandon() throws IOException {
    if (isOver()) {
      return;
    }
    end(State.BROKEN);
    channel.close();
    kept.forget(this);
  }

  private synchronized boolean isOver() {
    return state != State.COMING;
  }

  private synchronized void end(State last) {
    state = last;
    notifyAll();
  }

  /**
   * How many bytes there are when there are more than {@code count}.
   *
   * @throws IOException where no more come, or none for {@code patience}
   */
  synchronized long awaitMoreThan(long count, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (written <= count && state == State.COMING) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IOException("nothing came for " + patience.toSeconds() + " s");
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
    if (state == State.BROKEN || written <= count) {
      throw new IOException("the blob did not come to its end");
    }
    return written;
  }
}
