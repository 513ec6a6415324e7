package dev.gantry.gateway.services;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 between the platform's processes: blocking, on the caller's own virtual thread, over
 * kept connections. It exists beside the JDK's client because that one can't switch protocols, and
 * because a call through it costs a tenth.
 */
public final class InternalHttp implements AutoCloseable {
  private static final int BUFFER = 32 << 10;

  private final Links links;

  public InternalHttp(Supplier<SSLContext> tls) {
    Supplier<SSLSocketFactory> factory =
        new Supplier<>() {
          private volatile @Nullable SSLSocketFactory made;

          @Override
          public SSLSocketFactory get() {
            SSLSocketFactory is = made;
            if (is == null) {
              is = tls.get().getSocketFactory();
              made = is;
            }
            return is;
          }
        };
    this.links = new Links(factory);
  }

  /** Sends and waits for the head of the answer; the caller closes it. */
  public Reply send(Origin origin, Ask ask) throws IOException {
    Link link = links.take(origin);
    try {
      return send(link, ask);
    } catch (IOException e) {
      link.close();
      if (!link.used() || !ask.repeatable() || e instanceof java.net.SocketTimeoutException) {
        throw e;
      }
    }
    Link second = links.open(origin);
    try {
      return send(second, ask);
    } catch (IOException e) {
      second.close();
      throw e;
    }
  }

  private Reply send(Link link, Ask ask) throws IOException {
    link.readTimeout(ask.deadline());
    ByteArrayOutputStream first = new ByteArrayOutputStream(512);
    first.writeBytes(head(link.origin(), ask));
    Ask.Body body = ask.body();
    if (body == null) {
      link.out().write(first.toByteArray());
    } else if (body.repeatable()) {
      body.writer().write(first);
      link.out().write(first.toByteArray());
    } else {
      stream(link, first, body);
    }
    return Reply.read(link, links, ask.method());
  }

  private static void stream(Link link, ByteArrayOutputStream head, Ask.Body body)
      throws IOException {
    OutputStream out = new BufferedOutputStream(link.out(), BUFFER);
    head.writeTo(out);
    if (body.length() >= 0) {
      body.writer().write(out);
    } else {
      Bodies.ChunkWriter chunks = new Bodies.ChunkWriter(out);
      body.writer().write(chunks);
      chunks.close();
    }
    out.flush();
  }

  private static byte[] head(Origin origin, Ask ask) {
    StringBuilder head = new StringBuilder(256);
    head.append(ask.method()).append(' ').append(ask.target()).append(" HTTP/1.1\r\n");
    field(head, "Host", origin.toString());
    for (Map.Entry<String, String> header : ask.headers().entrySet()) {
      field(head, header.getKey(), header.getValue());
    }
    Ask.Body body = ask.body();
    if (body != null && body.length() < 0) {
      field(head, "Transfer-Encoding", "chunked");
    } else if (body != null || ask.method().equals("POST") || ask.method().equals("PUT")) {
      field(head, "Content-Length", Long.toString(body == null ? 0 : body.length()));
    }
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  private static void field(StringBuilder head, String name, String value) {
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a header " + name + " of several lines");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /** Sees to open connections ahead of need. */
  public void warm(Origin origin) {
    links.warm(origin);
  }

  /** Closes connections that were idle for long. */
  public void sweep() {
    links.sweep();
  }

  @Override
  public void close() {
    links.close();
  }
}
