package dev.gantry.image.distribution;

import dev.gantry.image.token.Scope;
import dev.gantry.image.token.ShortTokens;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells a client where it gets a token, and for what (RFC 6750, 3). */
final class Challenge {
  private Challenge() {}

  /**
   * Puts it into the answer.
   *
   * @param path empty where no route takes it
   * @param error what is wrong with the token that was shown, if one was
   */
  static void put(Exchange call, Optional<RegistryPath> path, String error) {
    HttpServletRequest request = call.request();
    StringBuilder challenge =
        new StringBuilder("Bearer realm=\"")
            .append(realm(request))
            .append("\",service=\"")
            .append(ShortTokens.SERVICE)
            .append('"');
    String scopes =
        path.stream()
            .flatMap(one -> scopes(call, one))
            .map(Scope::toString)
            .collect(Collectors.joining(" "));
    if (!scopes.isEmpty()) {
      challenge.append(",scope=\"").append(scopes).append('"');
    }
    if (request.getHeader("Authorization") != null) {
      challenge.append(",error=\"").append(error).append('"');
    }
    call.header("WWW-Authenticate", challenge.toString());
  }

  private static Stream<Scope> scopes(Exchange call, RegistryPath path) {
    return path instanceof RegistryPath.Catalog
        ? Stream.of(Scope.CATALOG)
        : Stream.concat(
                Need.of(call.request().getMethod(), path).stream(),
                Need.ofSource(call, path).stream())
            .map(Need::scope);
  }

  /** At the name by which the client knows us. */
  private static String realm(HttpServletRequest request) {
    String host = request.getHeader("Host");
    boolean plain = host != null && host.matches("[A-Za-z0-9.:\\[\\]_-]{1,255}");
    return request.getScheme()
        + "://"
        + (plain ? host : request.getLocalAddr() + ":" + request.getLocalPort())
        + TokenEndpoint.PATH;
  }
}
