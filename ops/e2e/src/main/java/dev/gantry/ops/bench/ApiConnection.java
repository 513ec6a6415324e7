package dev.gantry.ops.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A kept-alive connection to an engine's socket (RFC 9112), made again where the engine ends it,
 * for measurements in which a client that starts anew for each command would be most of what is
 * measured.
 */
final class ApiConnection implements Closeable {
  private static final String VERSION = "/v1.41";

  private record Wire(SocketChannel channel, InputStream in) {}

  private final Path socket;
  private Wire wire;

  ApiConnection(Path socket) {
    this.socket = socket;
    wire = connect(socket);
  }

  private static Wire connect(Path socket) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Wire(channel, new BufferedInputStream(Channels.newInputStream(channel)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + socket, e);
    }
  }

  /** Makes a call that must succeed and answers its body. */
  String call(String method, String path, String body) {
    String request =
        "%s %s%s HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, VERSION, path, body.length(), body);
    try {
      Channels.newOutputStream(wire.channel()).write(request.getBytes(StandardCharsets.US_ASCII));
      int status = Integer.parseInt(line().split(" ", 3)[1]);
      Headers headers = headers();
      String answer = status == 204 || status == 304 ? "" : body(headers);
      if (headers.close()) {
        close();
        wire = connect(socket);
      }
      if (status >= 400) {
        throw new IllegalStateException(
            "%s %s answered %d: %s".formatted(method, path, status, answer));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot call %s %s".formatted(method, path), e);
    }
  }

  private record Headers(int length, boolean chunked, boolean close) {}

  private Headers headers() throws IOException {
    int length = 0;
    boolean chunked = false;
    boolean close = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
      close |= lower.startsWith("connection:") && lower.endsWith("close");
    }
    return new Headers(length, chunked, close);
  }

  private String body(Headers headers) throws IOException {
    return headers.chunked() ? chunks() : text(headers.length());
  }

  private String chunks() throws IOException {
    StringBuilder all = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      all.append(text(size));
      line();
      if (size == 0) {
        return all.toString();
      }
    }
  }

  private String text(int length) throws IOException {
    byte[] bytes = wire.in().readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the engine closed the connection in the middle of an answer");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = wire.in().read(); next != '\n'; next = wire.in().read()) {
      if (next < 0) {
        throw new EOFException("the engine closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      wire.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
