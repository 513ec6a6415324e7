package dev.gantry.gateway.services;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** One TLS connection to another process of the platform. Used by one exchange at a time. */
final class Link implements Closeable {
  private static final int BUFFER = 16 << 10;

  private final Origin origin;
  private final SocketChannel channel;
  private final SSLSocket socket;
  private final LinkInput in;
  private final OutputStream out;
  private boolean used;
  private long idleSince = System.nanoTime();

  private Link(Origin origin, SocketChannel channel, SSLSocket socket) throws IOException {
    this.origin = origin;
    this.channel = channel;
    this.socket = socket;
    this.in = new LinkInput(socket.getInputStream(), BUFFER);
    this.out = socket.getOutputStream();
  }

  static Link open(Origin origin, SSLSocketFactory tls, Duration timeout) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel
          .socket()
          .connect(new InetSocketAddress(origin.host(), origin.port()), (int) timeout.toMillis());
      SSLSocket socket =
          (SSLSocket) tls.createSocket(channel.socket(), origin.host(), origin.port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      // One that native code computes; without a word the client makes keys for two.
      parameters.setNamedGroups(new String[] {"secp256r1"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout((int) timeout.toMillis());
      socket.startHandshake();
      return new Link(origin, channel, socket);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  Origin origin() {
    return origin;
  }

  LinkInput in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  /** The longest wait for the next byte; zero waits for ever. */
  void readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
  }

  /** Whether an exchange has gone over it before. */
  boolean used() {
    return used;
  }

  void markIdle() {
    used = true;
    idleSince = System.nanoTime();
  }

  boolean youngerThan(Duration longestIdle) {
    return System.nanoTime() - idleSince <= longestIdle.toNanos();
  }

  /**
   * Whether an idle connection can be used once more: young enough, and its other side has neither
   * closed it nor said anything. The look costs two system calls; what it reads is lost, but then
   * the connection is of no use anyway.
   */
  boolean fresh(Duration longestIdle) {
    if (!youngerThan(longestIdle)) {
      return false;
    }
    try {
      channel.configureBlocking(false);
      int read = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return read == 0 && in.buffered() == 0;
    } catch (IOException | RuntimeException _) {
      return false;
    }
  }

  /** Ends it at once, also under a reader or a writer. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing is left to be done about a connection that does not even close.
    }
  }

  /** The decrypted bytes, with lines for the head of an answer. */
  static final class LinkInput extends InputStream {
    private final InputStream source;
    private byte[] buffer;
    private int position;
    private int limit;

    LinkInput(InputStream source, int size) {
      this.source = source;
      this.buffer = new byte[size];
    }

    /** From now on what is read comes as it is: nothing is held for one who waits. */
    void unbuffer() {
      buffer = Arrays.copyOfRange(buffer, position, limit);
      limit -= position;
      position = 0;
    }

    int buffered() {
      return limit - position;
    }

    private boolean fill() throws IOException {
      position = 0;
      limit = Math.max(0, source.read(buffer, 0, buffer.length));
      return limit > 0;
    }

    @Override
    public int read() throws IOException {
      return position < limit || fill() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == limit && length >= buffer.length) {
        return source.read(target, offset, length);
      }
      if (position == limit && !fill()) {
        return -1;
      }
      int count = Math.min(length, limit - position);
      System.arraycopy(buffer, position, target, offset, count);
      position += count;
      return count;
    }

    /** A line of a head without its end; at most 16 KiB. */
    String line() throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int c = read(); c != '\n'; c = read()) {
        if (c < 0 || line.length() > BUFFER) {
          throw new EOFException("the connection ended within an answer's head");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
