package dev.gantry.gateway.edge;

import dev.gantry.gateway.call.Answer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from a container's socket. From the node come frames, a big-endian length of four
 * bytes and so many bytes, of which an empty one is a half-close; to it go the bytes as they are.
 */
final class TeamLine implements Answer.Duplex {
  private static final Logger LOG = LoggerFactory.getLogger(TeamLine.class);
  private static final int BUFFER = 32 << 10;
  private static final int LONGEST_FRAME = 1 << 20;

  private final SocketChannel inner;
  private final Runnable forget;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param forget what is noted of the connection, before it is closed
   */
  TeamLine(SocketChannel inner, Runnable forget) {
    this.inner = inner;
    this.forget = forget;
  }

  @Override
  public void fromClient(InputStream node) throws IOException {
    DataInputStream frames = new DataInputStream(node);
    byte[] buffer = new byte[BUFFER];
    while (true) {
      int left = frames.readInt();
      if (left == 0) {
        inner.shutdownOutput();
      } else if (left < 0 || left > LONGEST_FRAME) {
        throw new IOException("a frame of " + left + " bytes");
      }
      while (left > 0) {
        int count = Math.min(left, BUFFER);
        frames.readFully(buffer, 0, count);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          inner.write(bytes);
        }
        left -= count;
      }
    }
  }

  @Override
  public void toClient(OutputStream node) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (inner.read(buffer) >= 0) {
      node.write(buffer.array(), 0, buffer.position());
      node.flush();
      buffer.clear();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      forget.run();
      try {
        inner.close();
      } catch (IOException e) {
        LOG.debug("a connection does not even close: {}", e.toString());
      }
    }
  }
}
