package dev.gantry.image.distribution;

import dev.gantry.image.token.Scope;
import dev.gantry.image.token.ShortTokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;

/** Tells a client where it gets a token, and for what (RFC 6750, 3). */
final class Challenge {
  private Challenge() {}

  /**
   * Puts it into the answer.
   *
   * @param error what is wrong with the token that was shown, if one was
   */
  static void put(
      HttpServletRequest request,
      HttpServletResponse response,
      Optional<Scope> scope,
      String error) {
    StringBuilder challenge =
        new StringBuilder("Bearer realm=\"")
            .append(realm(request))
            .append("\",service=\"")
            .append(ShortTokens.SERVICE)
            .append('"');
    scope.ifPresent(wanted -> challenge.append(",scope=\"").append(wanted).append('"'));
    if (request.getHeader("Authorization") != null) {
      challenge.append(",error=\"").append(error).append('"');
    }
    response.setHeader("WWW-Authenticate", challenge.toString());
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
