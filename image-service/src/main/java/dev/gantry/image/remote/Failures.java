package dev.gantry.image.remote;

import dev.gantry.image.remote.RemoteException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What went wrong, in the words in which the engine tells it. */
final class Failures {
  private static final int LONGEST = 1_000;
  private static final int LARGEST_BODY = 64 << 10;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Failures() {}

  /** There was no answer. */
  static RemoteException of(String method, URI uri, IOException e) {
    if (e instanceof RemoteException told) {
      return told;
    }
    Kind kind = e instanceof RefusedAddressException ? Kind.REFUSED : Kind.UNREACHABLE;
    return of(kind, method, uri, reason(uri, e), e);
  }

  static RemoteException of(
      Kind kind, String method, URI uri, String why, @Nullable Throwable cause) {
    String verb = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
    String message = verb + " \"" + shown(uri) + "\": " + why;
    return cause == null
        ? new RemoteException(kind, message)
        : new RemoteException(kind, message, cause);
  }

  /** Without the query, which may be a key to what it leads to. */
  private static String shown(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  private static String reason(URI uri, IOException e) {
    String dialled = uri.getHost() + ":" + Origins.port(uri);
    return switch (e) {
      case RefusedAddressException refused -> String.valueOf(refused.getMessage());
      case UnknownHostException _ -> "dial tcp: lookup " + uri.getHost() + ": no such host";
      case ConnectTimeoutException _ -> "dial tcp " + dialled + ": i/o timeout";
      case ConnectException _ -> "dial tcp " + dialled + ": connect: connection refused";
      case SocketTimeoutException _ -> "no answer in time: i/o timeout";
      case SSLException tls -> "tls: " + tls.getMessage();
      default -> String.valueOf(e.getMessage());
    };
  }

  /**
   * The registry said no. The first of its errors is told as {@code code in words: message}
   * (distribution-spec, "Error Codes").
   */
  static RemoteException of(String method, Reply reply) throws RemoteException {
    if (isScopeTooSmall(reply)) {
      return new RemoteException(Kind.DENIED, "denied: requested access to the resource is denied");
    }
    JsonNode error = error(reply);
    String code = error.path("code").asString("");
    String text = error.path("message").asString("");
    if (code.isEmpty()) {
      return statusAlone(method, reply);
    }
    String words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
    return new RemoteException(
        kind(code), printable(words + ": " + (text.isEmpty() ? words : text)));
  }

  /** The token was right, but not one for this (RFC 6750, 3.1). */
  private static boolean isScopeTooSmall(Reply reply) {
    return reply.status() < 500
        && Challenge.of(Challenge.parse(reply.headers("WWW-Authenticate")), "bearer")
            .filter(bearer -> bearer.parameter("error").equals("insufficient_scope"))
            .isPresent();
  }

  private static Kind kind(String code) {
    return switch (code) {
      case "UNAUTHORIZED" -> Kind.UNAUTHORIZED;
      case "DENIED" -> Kind.DENIED;
      case "MANIFEST_UNKNOWN" -> Kind.MANIFEST_UNKNOWN;
      case "NAME_UNKNOWN" -> Kind.NAME_UNKNOWN;
      case "TOOMANYREQUESTS" -> Kind.TOO_MANY_REQUESTS;
      default -> Kind.OTHER;
    };
  }

  private static RemoteException statusAlone(String method, Reply reply) {
    return switch (reply.status()) {
      case 401 -> new RemoteException(Kind.UNAUTHORIZED, "unauthorized: authentication required");
      case 403 ->
          new RemoteException(Kind.DENIED, "denied: requested access to the resource is denied");
      case 404 -> new RemoteException(Kind.MANIFEST_UNKNOWN, "manifest unknown: manifest unknown");
      case 429 -> new RemoteException(Kind.TOO_MANY_REQUESTS, "toomanyrequests: too many requests");
      default ->
          of(
              Kind.OTHER,
              method,
              reply.uri(),
              "received unexpected HTTP status: " + reply.status(),
              null);
    };
  }

  private static JsonNode error(Reply reply) throws RemoteException {
    try {
      return JSON.readTree(reply.bytes(LARGEST_BODY)).path("errors").path(0);
    } catch (JacksonException _) {
      return JSON.createObjectNode();
    }
  }

  /** What others wrote must not forge a line of ours. */
  static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
