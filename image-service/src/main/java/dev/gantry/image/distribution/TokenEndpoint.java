package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.EngineJson;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.token.Scope;
import dev.gantry.image.token.ShortTokens;
import dev.gantry.services.RegistryGrant;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives out short-lived tokens, to anybody, for as much as he may: by {@code GET} with Basic
 * authentication, or by {@code POST} of a form (OAuth 2).
 */
final class TokenEndpoint {
  static final String PATH = "/token";
  private static final int MOST_SCOPES = 20;
  private static final int MOST_BYTES = 64 << 10;

  private final Authentication authentication;
  private final RegistryPolicy policy;
  private final ShortTokens tokens;
  private final InstantSource clock;

  TokenEndpoint(
      Authentication authentication,
      RegistryPolicy policy,
      ShortTokens tokens,
      InstantSource clock) {
    this.authentication = authentication;
    this.policy = policy;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** What a client asks for, whichever way. */
  private record Wish(Optional<String> secret, List<String> scopes) {}

  /** Answers, and tells to whom; empty for anybody. */
  Optional<RegistryGrant> answer(Exchange call) throws IOException {
    HttpServletRequest request = call.request();
    Wish wish =
        switch (request.getMethod()) {
          case "GET" -> byQuery(call);
          case "POST" -> byForm(request);
          default ->
              throw new DistributionException(
                  DistributionError.UNSUPPORTED, request.getMethod() + " is not served here");
        };
    List<Scope> asked =
        wish.scopes().stream()
            .flatMap(text -> Stream.of(text.split(" ")))
            .flatMap(text -> Scope.parse(text).stream())
            .toList();
    if (asked.size() > MOST_SCOPES) {
      throw new DistributionException(
          DistributionError.UNSUPPORTED, 400, "at most " + MOST_SCOPES + " scopes at once");
    }
    Optional<RegistryGrant> grant =
        wish.secret().map(secret -> authentication.grant(secret, request));
    Caller caller = grant.map(Caller::member).orElse(Caller.ANYBODY);
    List<Scope> given = policy.narrow(caller, asked);
    String token = tokens.issue(new ShortTokens.Content(grant.map(RegistryGrant::id), given));
    call.header("Cache-Control", "no-store");
    call.send(
        200,
        "application/json",
        EngineJson.MAPPER.writeValueAsBytes(
            Map.of(
                "token",
                token,
                "access_token",
                token,
                "expires_in",
                ShortTokens.LIFETIME.toSeconds(),
                "issued_at",
                clock.instant().toString(),
                "scope",
                String.join(" ", given.stream().map(Scope::toString).toList()))));
    return grant;
  }

  private static Wish byQuery(Exchange call) {
    if (call.request().getHeader("Authorization") != null
        && Authentication.password(call.request()).isEmpty()) {
      throw Authentication.refused();
    }
    return new Wish(Authentication.password(call.request()), call.parameters("scope"));
  }

  private static Wish byForm(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw new DistributionException(
          DistributionError.UNSUPPORTED, 413, "a form has at most " + MOST_BYTES + " bytes");
    }
    Parameters form = Parameters.ofForm(new String(body, UTF_8));
    String secret =
        switch (form.first("grant_type")) {
          case "password" -> form.first("password");
          case "refresh_token" -> form.first("refresh_token");
          default ->
              throw new DistributionException(
                  DistributionError.UNSUPPORTED,
                  400,
                  "grant_type must be password or refresh_token");
        };
    return new Wish(Optional.of(secret), form.all("scope"));
  }
}
