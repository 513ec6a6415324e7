package dev.gantry.gateway.edge;

import dev.gantry.engine.ApiVersion;
import dev.gantry.engine.EngineJson;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Shape;
import dev.gantry.gateway.version.Shapes;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import dev.gantry.services.StreamLimit;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.servlet.function.ServerResponse;

/** Writes answers and failures in the engine's manner. */
final class Rendering {
  private static final String JSON = "application/json";
  private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
  private static final String RAW = "application/vnd.docker.raw-stream";
  private static final String RETRY_SECONDS = "2";
  private static final ServerResponse.Context NO_CONVERTERS =
      new ServerResponse.Context() {
        @Override
        public List<HttpMessageConverter<?>> messageConverters() {
          return List.of();
        }
      };

  private Rendering() {}

  static void answer(
      Answer answer,
      Shape shape,
      ApiVersion version,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, ServletException {
    switch (answer) {
      case Answer.Json json -> {
        byte[] bytes = EngineJson.MAPPER.writeValueAsBytes(Shapes.of(shape, version, json.value()));
        bytes(json.status(), JSON, bytes, json.headers(), response);
      }
      case Answer.Bytes bytes ->
          bytes(bytes.status(), bytes.contentType(), bytes.bytes(), bytes.headers(), response);
      case Answer.Empty empty -> response.setStatus(empty.status());
      case Answer.Passed passed -> {
        HttpHeaders headers = passed.response().headers();
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        DoorProtocol.expectAnswer(request, response, type, headers.getContentLength());
        passed.response().writeTo(request, response, NO_CONVERTERS);
      }
      case Answer.Hijack hijack -> hijack(hijack, version, request, response);
      case Answer.WebSocket socket -> WebSocketSession.serve(socket, request, response);
      case Answer.Live live -> live(live, version, request, response);
    }
  }

  private static void bytes(
      int status,
      String contentType,
      byte[] bytes,
      Map<String, String> headers,
      HttpServletResponse response)
      throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    response.setContentLength(bytes.length);
    headers.forEach(response::setHeader);
    response.getOutputStream().write(bytes);
  }

  private static String typeFor(String contentType, ApiVersion version) {
    return contentType.equals(MULTIPLEXED) && version.isBefore(1, 42) ? RAW : contentType;
  }

  /** The client's own stream: 101 for one that asked to switch protocols, else 200. */
  private static void hijack(
      Answer.Hijack hijack,
      ApiVersion version,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    upgrade(hijack, request, hijack.session(), false);
    response.setContentType(typeFor(hijack.contentType(), version));
    if (asksToSwitch(request)) {
      response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
      response.setHeader("Connection", "Upgrade");
      response.setHeader("Upgrade", request.getHeader("Upgrade"));
    } else {
      response.setStatus(HttpServletResponse.SC_OK);
      response.setHeader("Connection", "close");
    }
    response.flushBuffer();
  }

  private static boolean asksToSwitch(HttpServletRequest request) {
    String connection = request.getHeader("Connection");
    return request.getHeader("Upgrade") != null
        && connection != null
        && connection.toLowerCase(Locale.ROOT).contains("upgrade");
  }

  /** A stream of ours: chunked where the client knows chunks, to the connection's end elsewhere. */
  private static void live(
      Answer.Live live,
      ApiVersion version,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    boolean chunked = !request.getProtocol().equals("HTTP/1.0");
    upgrade(live, request, live.feed()::stop, chunked);
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(typeFor(live.contentType(), version));
    response.setHeader("Connection", "close");
    if (chunked) {
      response.setHeader("Transfer-Encoding", "chunked");
    }
    response.flushBuffer();
  }

  private static void upgrade(
      Answer answer, HttpServletRequest request, AutoCloseable otherwise, boolean chunked) {
    try {
      StreamLimit.Place place = UpgradeSession.place();
      try {
        request.upgrade(UpgradeSession.class).serve(answer, place, chunked);
      } catch (IOException | ServletException | RuntimeException e) {
        place.close();
        throw new IllegalStateException("cannot serve " + answer.getClass().getSimpleName(), e);
      }
    } catch (RuntimeException e) {
      try {
        otherwise.close();
      } catch (Exception close) {
        e.addSuppressed(close);
      }
      throw e;
    }
  }

  /** A failure as tools expect it: the status and {@code {"message": …}}. */
  static int failure(ServiceException failure, HttpServletResponse response) throws IOException {
    int status = status(failure.code());
    if (failure.code() == ErrorCode.UNAVAILABLE || failure.code() == ErrorCode.TIMEOUT) {
      response.setHeader("Retry-After", RETRY_SECONDS);
    }
    byte[] body = EngineJson.MAPPER.writeValueAsBytes(Map.of("message", failure.detail()));
    bytes(status, JSON, body, Map.of(), response);
    return status;
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case MISDIRECTED -> ErrorCode.UNAVAILABLE.status();
      case TIMEOUT -> ErrorCode.UNAVAILABLE.status();
      default -> code.status();
    };
  }
}
