package dev.gantry.gateway.call;

import static dev.gantry.gateway.call.Failures.invalid;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The request that opens a websocket (RFC 6455, 4.2.1). */
public final class WebSocketHandshake {
  private static final int KEY_BYTES = 16;

  private WebSocketHandshake() {}

  /** Refuses a request that is none, before anything is done for it. */
  public static void require(HttpServletRequest request) {
    if (!names(request.getHeader("Connection"), "upgrade")
        || !names(request.getHeader("Upgrade"), "websocket")) {
      throw invalid("not a websocket handshake: no upgrade to websocket is asked for");
    }
    if (!names(request.getHeader("Sec-WebSocket-Version"), "13")) {
      throw invalid("not a websocket handshake: the version must be 13");
    }
    if (!isKey(request.getHeader("Sec-WebSocket-Key"))) {
      throw invalid("not a websocket handshake: the key must be 16 bytes in base64");
    }
  }

  private static boolean names(@Nullable String header, String token) {
    if (header != null) {
      for (String each : header.split(",")) {
        if (each.strip().toLowerCase(Locale.ROOT).equals(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isKey(@Nullable String header) {
    try {
      return header != null && Base64.getDecoder().decode(header.strip()).length == KEY_BYTES;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
