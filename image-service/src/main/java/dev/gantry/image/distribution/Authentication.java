package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.image.access.Attempts;
import dev.gantry.image.access.Credentials;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.token.ShortTokens;
import dev.gantry.services.CertificateSubject;
import dev.gantry.services.RegistryGrant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import java.util.Optional;

/**
 * Tells who calls: a short-lived token of ours, an access token as the password of any user, or the
 * certificate of the connection; without all of them, anybody. What is shown has to be right.
 */
final class Authentication {
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  private final Credentials credentials;
  private final ShortTokens tokens;
  private final Attempts attempts;

  Authentication(Credentials credentials, ShortTokens tokens, Attempts attempts) {
    this.credentials = credentials;
    this.tokens = tokens;
    this.attempts = attempts;
  }

  Caller caller(HttpServletRequest request, Optional<CertificateSubject> certificate) {
    String shown = request.getHeader("Authorization");
    if (shown == null) {
      return certificate.map(Caller::certified).orElse(Caller.ANYBODY);
    }
    if (isScheme(shown, BEARER)) {
      return bearer(shown.substring(BEARER.length()).strip());
    }
    return password(request)
        .map(secret -> Caller.member(grant(secret, request)))
        .orElseThrow(Authentication::refused);
  }

  private Caller bearer(String text) {
    ShortTokens.Content token = tokens.read(text).orElseThrow(Authentication::refused);
    Optional<RegistryGrant> grant =
        token.grant().map(id -> credentials.grant(id).orElseThrow(Authentication::refused));
    return new Caller(grant, Optional.of(token.scopes()));
  }

  /** The password of a header of Basic authentication; empty without one. */
  static Optional<String> password(HttpServletRequest request) {
    String shown = request.getHeader("Authorization");
    if (shown == null || !isScheme(shown, BASIC)) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(Base64.getDecoder().decode(shown.substring(BASIC.length()).strip()), UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static boolean isScheme(String shown, String scheme) {
    return shown.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** What an access token allows. Who guesses is heard less and less often. */
  RegistryGrant grant(String secret, HttpServletRequest request) {
    String address = request.getRemoteAddr();
    if (attempts.exhausted(address) && !credentials.wasOne(secret)) {
      throw new DistributionException(
          DistributionError.TOOMANYREQUESTS, "too many failed attempts; try again later");
    }
    Optional<RegistryGrant> grant = credentials.authenticate(secret);
    if (grant.isEmpty()) {
      attempts.failed(address);
    }
    return grant.orElseThrow(Authentication::refused);
  }

  /** The same words for a token that never was, has expired or was revoked. */
  static DistributionException refused() {
    return new DistributionException(DistributionError.UNAUTHORIZED, "authentication required");
  }
}
