package dev.gantry.node.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One upgraded connection. Towards the gateway go the very bytes for the client; from it come
 * frames: a big-endian length of four bytes and so many bytes. A frame of length zero is the end of
 * the client's input, which a half-closed connection cannot tell under TLS.
 */
public final class StreamConnection implements AutoCloseable {
  private static final int MAX_FRAME = 1 << 20;
  private static final int PIECE = 8 << 10;
  private static final int WAKE_AGAIN_MILLIS = 50;

  private final InputStream in;
  private final OutputStream out;
  private final AutoCloseable connection;
  private final AtomicBoolean gone = new AtomicBoolean();
  private final AtomicReference<Runnable> onChange =
      new AtomicReference<>(StreamConnection::nothing);
  private volatile boolean inputEnded;
  private final Object reading = new Object();
  private @Nullable Thread reader;
  private boolean closed;

  public StreamConnection(InputStream in, OutputStream out, AutoCloseable connection) {
    this.in = in;
    this.out = out;
    this.connection = connection;
  }

  private static void nothing() {}

  public OutputStream output() {
    return out;
  }

  /** Whether the client has left or the session was ended. */
  public boolean isGone() {
    return gone.get();
  }

  /** Whether the client will send nothing more: it reads on, or is gone. */
  public boolean isInputEnded() {
    return inputEnded;
  }

  /** Runs {@code action}, on any thread, when the client ends its input and when it leaves. */
  public void onChange(Runnable action) {
    onChange.set(action);
    if (inputEnded || gone.get()) {
      action.run();
    }
  }

  /** Begins to read, on a virtual thread of its own, until the client leaves. */
  public void startInput(StreamInput input) {
    Thread.ofVirtual().name("stream-input").start(() -> readAll(input));
  }

  private void readAll(StreamInput input) {
    try {
      while (true) {
        int length = readLength();
        if (length == 0) {
          // Said first: the input may be waited for until a container is started.
          inputEnded = true;
          onChange.get().run();
          input.end();
        } else if (length < 0 || length > MAX_FRAME) {
          throw new IOException("a frame of " + length + " bytes");
        }
        // Only for what has come: most clients say nothing for most of their lives.
        byte[] buffer = new byte[Math.min(length, PIECE)];
        for (int left = length; left > 0; ) {
          int count = read(buffer, Math.min(left, buffer.length));
          input.data(buffer, count);
          left -= count;
        }
      }
    } catch (IOException | IllegalStateException _) {
      // The client has left, or the session has closed the connection: both end the reading.
    } finally {
      leave();
      input.gone();
    }
  }

  private int readLength() throws IOException {
    byte[] one = new byte[1];
    int length = 0;
    for (int i = 0; i < 4; i++) {
      var unused = read(one, 1);
      length = length << 8 | one[0] & 0xff;
    }
    return length;
  }

  /**
   * Reads at least one byte. Tomcat tells nobody who waits to read that the connection was closed:
   * {@link #close} wakes who is in here, and nobody elsewhere, where an interrupt would close a
   * file.
   */
  private int read(byte[] buffer, int length) throws IOException {
    synchronized (reading) {
      if (closed) {
        throw new EOFException();
      }
      reader = Thread.currentThread();
    }
    try {
      int count = in.read(buffer, 0, length);
      if (count < 0) {
        throw new EOFException();
      }
      return count;
    } finally {
      synchronized (reading) {
        reader = null;
        var unused = Thread.interrupted();
        reading.notifyAll();
      }
    }
  }

  /** Ends the session as if the client had left. */
  public void leave() {
    if (gone.compareAndSet(false, true)) {
      onChange.get().run();
    }
  }

  @Override
  public void close() {
    leave();
    try {
      connection.close();
    } catch (Exception _) {
      // A connection that is broken already is as closed as it can be.
    }
    synchronized (reading) {
      closed = true;
      if (reader != null) {
        Thread.ofVirtual().name("stream-end").start(this::wakeReader);
      }
    }
  }

  /** Until it has gone: the socket is closed only when the session has returned to Tomcat. */
  private void wakeReader() {
    synchronized (reading) {
      while (reader != null) {
        reader.interrupt();
        try {
          reading.wait(WAKE_AGAIN_MILLIS);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
