package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Plain HTTP: to published ports, and byte for byte over the platform's socket. */
final class Http {
  private Http() {}

  /** Gets a page, waiting until something listens. */
  static String getPatiently(String uri) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(5)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(
              () -> client.send(request, HttpResponse.BodyHandlers.ofString()),
              r -> r.statusCode() == 200)
          .body();
    }
  }

  /** Sends the bytes of a request as they are and reads until the server closes. */
  static String raw(String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(Platform.socket()));
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(ISO_8859_1));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(65536);
      while (channel.read(in) >= 0) {
        all.write(in.array(), 0, in.position());
        in.clear();
      }
      return all.toString(UTF_8);
    }
  }

  /** One request on a connection of its own. */
  static Answer call(String method, String path, String body) throws IOException {
    return call(method, path, "application/json", body.getBytes(UTF_8));
  }

  /** The same with a body of any kind. */
  static Answer call(String method, String path, String type, byte[] body) throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
            + (body.length == 0
                ? ""
                : "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n")
            + "\r\n";
    return Answer.parse(raw(head + new String(body, ISO_8859_1)));
  }

  /** An answer: status, the head as text, the body (chunks joined where it was chunked). */
  record Answer(int status, String head, String body) {
    static Answer parse(String raw) {
      int end = raw.indexOf("\r\n\r\n");
      String head = raw.substring(0, end);
      String body = raw.substring(end + 4);
      boolean chunked =
          head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked");
      return new Answer(
          Integer.parseInt(head.split(" ", 3)[1].strip()), head, chunked ? unchunk(body) : body);
    }

    private static String unchunk(String body) {
      StringBuilder text = new StringBuilder();
      byte[] bytes = body.getBytes(UTF_8);
      int at = 0;
      while (at < bytes.length) {
        int eol = at;
        while (bytes[eol] != '\r') {
          eol++;
        }
        int size = Integer.parseInt(new String(bytes, at, eol - at, UTF_8).split(";", 2)[0], 16);
        if (size == 0) {
          break;
        }
        text.append(new String(bytes, eol + 2, size, UTF_8));
        at = eol + 2 + size + 2;
      }
      return text.toString();
    }
  }
}
