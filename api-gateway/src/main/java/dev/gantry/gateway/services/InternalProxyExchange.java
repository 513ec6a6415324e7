package dev.gantry.gateway.services;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.cloud.gateway.server.mvc.handler.GatewayServerResponse;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Carries the calls that Spring Cloud Gateway passes on, over the same connections and breakers as
 * all others. Bodies are streamed in both directions; an answer is flushed as its bytes come where
 * it may be progress that somebody watches.
 */
public final class InternalProxyExchange implements ProxyExchange {
  static final String PEER = "gantry.peer";
  static final String WHAT = "gantry.what";

  private static final String ARCHIVE = "application/x-tar";
  private static final int BUFFER = 64 << 10;
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(30);
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "host",
          "content-length",
          "expect",
          "proxy-connection");

  private final Exchanges exchanges;

  public InternalProxyExchange(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public ServerResponse exchange(Request request) {
    ServerRequest call = request.getServerRequest();
    Peer peer = (Peer) call.attribute(PEER).orElseThrow();
    String what = String.valueOf(call.attribute(WHAT).orElse("answer"));
    Reply reply = exchanges.send(peer, ask(request, what));
    try {
      return response(reply);
    } catch (RuntimeException e) {
      reply.abort();
      throw e;
    }
  }

  private static Ask ask(Request request, String what) {
    URI uri = Objects.requireNonNull(request.getUri());
    String query = uri.getRawQuery();
    Ask ask =
        Ask.of(
                what,
                request.getMethod().name(),
                uri.getRawPath() + (query == null ? "" : "?" + query))
            .within(LONGEST_SILENCE);
    for (var header : request.getHeaders().headerSet()) {
      if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        ask = ask.with(header.getKey(), String.join(", ", header.getValue()));
      }
    }
    var http = request.getServerRequest().servletRequest();
    long length = http.getContentLengthLong();
    boolean hasBody = length > 0 || http.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    return hasBody ? ask.body(length, out -> copy(http.getInputStream(), out)) : ask;
  }

  private static ServerResponse response(Reply reply) {
    var builder = GatewayServerResponse.status(reply.status());
    for (Map.Entry<String, List<String>> header : reply.headers().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      boolean keeps =
          !HOP_BY_HOP.contains(name) && !name.equals("date")
              || (name.equals("content-length") && header.getValue().size() == 1);
      if (keeps) {
        header.getValue().forEach(value -> builder.header(header.getKey(), value));
      }
    }
    return builder.build(
        (_, response) -> {
          try (reply) {
            if (isWatched(reply)) {
              follow(reply.body(), response.getOutputStream());
            } else {
              copy(reply.body(), response.getOutputStream());
            }
          } catch (IOException e) {
            reply.abort();
            if (!response.isCommitted()) {
              throw new ServiceException(
                  ErrorCode.UNAVAILABLE, "the answer of another process was cut", e);
            }
            throw e;
          }
          return null;
        });
  }

  /** Not what has a length, nor an archive. */
  private static boolean isWatched(Reply reply) {
    return reply.header(HttpHeaders.CONTENT_LENGTH).isEmpty()
        && reply
            .header(HttpHeaders.CONTENT_TYPE)
            .filter(type -> type.startsWith(ARCHIVE))
            .isEmpty();
  }

  /** Passes on what there is as it comes. */
  private static void follow(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
      out.flush();
    }
  }

  /** Passes it on in pieces as large as the other side gathers. */
  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
    }
    out.flush();
  }
}
