package dev.gantry.node.remote;

import dev.gantry.node.socket.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;

/**
 * A connection to a gateway after the switch to {@code gantry-stream}: its bytes are the client's
 * as they are, ours are frames of a length and that many bytes, of which an empty one is the end.
 */
final class GatewayLine implements Gateway.Line {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  GatewayLine(SocketChannel channel, SSLSocket socket) throws IOException {
    this.channel = channel;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  @Override
  public int read(byte[] target) throws IOException {
    return in.read(target);
  }

  @Override
  public void write(byte[] source, int length) throws IOException {
    byte[] frame = new byte[4 + length];
    frame[0] = (byte) (length >>> 24);
    frame[1] = (byte) (length >>> 16);
    frame[2] = (byte) (length >>> 8);
    frame[3] = (byte) length;
    System.arraycopy(source, 0, frame, 4, length);
    out.write(frame);
  }

  @Override
  public void endOutput() throws IOException {
    out.write(new byte[4]);
  }

  /** Without a farewell, which could wait for a writer. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing is left to be done about a connection that does not even close.
    }
  }
}
