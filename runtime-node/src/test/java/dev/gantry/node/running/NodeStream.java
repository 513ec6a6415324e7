package dev.gantry.node.running;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.StreamFrame;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** The gateway's end of an upgraded connection. */
public final class NodeStream implements AutoCloseable {
  private final SSLSocket socket;
  private final InputStream in;
  private final DataOutputStream out;
  private final String head;

  private NodeStream(SSLSocket socket, String head) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = new DataOutputStream(socket.getOutputStream());
    this.head = head;
  }

  static NodeStream open(SSLContext tls, int port, String method, String path, String body)
      throws IOException {
    var socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(30_000);
    String request =
        "%s %s HTTP/1.1\r\nHost: node\r\nGantry-Team: default\r\nConnection: Upgrade\r\nUpgrade: gantry-stream\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, body.length(), body);
    socket.getOutputStream().write(request.getBytes(UTF_8));
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        break;
      }
      head.append((char) b);
    }
    return new NodeStream(socket, head.toString());
  }

  public String head() {
    return head;
  }

  public void send(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  /** Ends the input and still reads. */
  public void endInput() throws IOException {
    out.writeInt(0);
    out.flush();
  }

  /** Everything until the other side closes. */
  byte[] bytes() throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[65536];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        all.write(buffer, 0, n);
      }
    } catch (SSLException _) {
      // Closed without a farewell: as good as closed.
    }
    return all.toByteArray();
  }

  public String raw() throws IOException {
    return new String(bytes(), UTF_8);
  }

  /** The content of all frames, both streams as they come. */
  public String text() throws IOException {
    byte[] all = bytes();
    var content = new ByteArrayOutputStream();
    for (int at = 0; at < all.length; ) {
      int length = StreamFrame.length(all, at);
      content.write(all, at + StreamFrame.HEADER_BYTES, length);
      at += StreamFrame.HEADER_BYTES + length;
    }
    return content.toString(UTF_8);
  }

  /** The content of the next frame; waits for it. */
  byte[] frame() throws IOException {
    byte[] header = in.readNBytes(StreamFrame.HEADER_BYTES);
    return in.readNBytes(StreamFrame.length(header, 0));
  }

  /** One number for the content of all frames, which may be more than there is memory for. */
  long sum() throws IOException {
    CRC32 sum = new CRC32();
    DataInputStream frames = new DataInputStream(new BufferedInputStream(in, 1 << 16));
    byte[] header = new byte[StreamFrame.HEADER_BYTES];
    try {
      while (frames.readNBytes(header, 0, header.length) == header.length) {
        sum.update(frames.readNBytes(StreamFrame.length(header, 0)));
      }
    } catch (SSLException _) {
      // Closed without a farewell: as good as closed.
    }
    return sum.getValue();
  }

  long sumQuietly() {
    try {
      return sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
