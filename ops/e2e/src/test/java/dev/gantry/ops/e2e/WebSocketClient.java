package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** A websocket (RFC 6455) over the platform's socket, frame by frame. */
final class WebSocketClient implements AutoCloseable {
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int NORMAL = 1000;

  private final SocketChannel channel;
  private final DataInputStream in;
  private final String head;

  /** A whole frame from the server. */
  record Frame(int kind, byte[] bytes) {
    String text() {
      return new String(bytes, UTF_8);
    }

    /** Of one that closes. */
    int code() {
      return ByteBuffer.wrap(bytes).getShort() & 0xffff;
    }
  }

  private WebSocketClient(SocketChannel channel, DataInputStream in, String head) {
    this.channel = channel;
    this.in = in;
    this.head = head;
  }

  /** Asks for a websocket; whether it was granted is in {@link #head}. */
  static WebSocketClient open(String path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(Platform.socket()));
    DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.readUnsignedByte());
    }
    return new WebSocketClient(channel, in, head.toString());
  }

  String head() {
    return head;
  }

  /** What follows the head of an answer that is none of a websocket. */
  String body(int length) throws IOException {
    return new String(in.readNBytes(length), UTF_8);
  }

  void send(int kind, byte[] bytes) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(14 + bytes.length);
    frame.put((byte) (0x80 | kind));
    if (bytes.length < 126) {
      frame.put((byte) (0x80 | bytes.length));
    } else {
      frame.put((byte) (0x80 | 127)).putLong(bytes.length);
    }
    byte[] mask = {1, 2, 3, 4};
    frame.put(mask);
    for (int i = 0; i < bytes.length; i++) {
      frame.put((byte) (bytes[i] ^ mask[i % 4]));
    }
    frame.flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  void send(String text) throws IOException {
    send(BINARY, text.getBytes(UTF_8));
  }

  void sendClose() throws IOException {
    send(CLOSE, new byte[] {NORMAL >> 8, (byte) NORMAL});
  }

  Frame receive() throws IOException {
    int kind = in.readUnsignedByte() & 0x0f;
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new Frame(kind, bytes);
  }

  /** Everything until the server closes, which has to be the normal way; then answers that. */
  byte[] toTheEnd(int kind) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Frame frame = receive();
    for (; frame.kind() != CLOSE; frame = receive()) {
      if (frame.kind() != kind) {
        throw new IOException("a frame of kind " + frame.kind());
      }
      all.write(frame.bytes());
    }
    if (frame.code() != NORMAL) {
      throw new IOException("closed with " + frame.code());
    }
    sendClose();
    if (in.read() >= 0) {
      throw new IOException("more after the end");
    }
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
