package dev.gantry.node.stream;

import dev.gantry.engine.StreamFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Whether the client of a stream is still there when it has ended its input: it may have closed,
 * which looks the same, or read on for days. Now and then it is sent a frame without content, which
 * every client passes over, and which fails where nobody is: at the first one on a unix socket, at
 * the second one with TCP. For the thread that writes the stream, between two frames.
 */
public final class Presence {
  private static final byte[] EMPTY_FRAME = new byte[StreamFrame.HEADER_BYTES];

  static {
    StreamFrame.writeHeader(EMPTY_FRAME, 0, StreamFrame.STDOUT, 0);
  }

  private final StreamConnection connection;
  private final long every;
  private final boolean framed;
  private long asked = System.nanoTime();

  /**
   * @param framed what has no frames, as a terminal's output, has nothing that a client passes over
   */
  public Presence(StreamConnection connection, Duration every, boolean framed) {
    this.connection = connection;
    this.every = every.toNanos();
    this.framed = framed;
  }

  /** How long to wait at most until the client is to be asked; very long where it is not. */
  public Duration patience() {
    return isInDoubt()
        ? Duration.ofNanos(Math.max(0, asked + every - System.nanoTime()))
        : Duration.ofDays(1);
  }

  /** Asks, where it is time; who is gone has left the connection afterwards. */
  public void ask() {
    if (!isInDoubt() || System.nanoTime() - asked < every) {
      return;
    }
    asked = System.nanoTime();
    OutputStream out = connection.output();
    try {
      out.write(EMPTY_FRAME);
      out.flush();
    } catch (IOException _) {
      connection.leave();
    }
  }

  private boolean isInDoubt() {
    return framed && connection.isInputEnded() && !connection.isGone();
  }
}
