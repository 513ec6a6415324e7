package dev.gantry.image.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Tokens that a client shows for a few minutes (RFC 7519, signed by HMAC with SHA-256): which
 * access token it had, and what it asked for. What that access token allows is looked up at each
 * use.
 */
public final class ShortTokens {
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  /** What tokens are for, as challenges name it. */
  public static final String SERVICE = "gantry-registry";

  private static final JWSHeader HEADER =
      new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();

  private final DSLContext database;
  private final InstantSource clock;

  public ShortTokens(DSLContext database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * What a token says.
   *
   * @param grant id of the access token; empty for anybody
   */
  public record Content(Optional<String> grant, List<Scope> scopes) {
    public Content {
      scopes = List.copyOf(scopes);
    }
  }

  public String issue(Content content) {
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(SERVICE)
            .audience(SERVICE)
            .subject(content.grant().orElse(""))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .claim("access", content.scopes().stream().map(ShortTokens::json).toList())
            .build();
    SignedJWT token = new SignedJWT(HEADER, claims);
    try {
      token.sign(new MACSigner(SigningKey.read(database, now)));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
    return token.serialize();
  }

  /** Reads one that we have signed and that has not expired; empty for any other. */
  public Optional<Content> read(String text) {
    Instant now = clock.instant();
    try {
      SignedJWT token = SignedJWT.parse(text);
      if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
          || !token.verify(new MACVerifier(SigningKey.read(database, now)))) {
        return Optional.empty();
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      Date expires = claims.getExpirationTime();
      if (!SERVICE.equals(claims.getIssuer())
          || !claims.getAudience().equals(List.of(SERVICE))
          || expires == null
          || !expires.toInstant().isAfter(now)) {
        return Optional.empty();
      }
      String subject = claims.getSubject();
      return Optional.of(
          new Content(
              Optional.ofNullable(subject).filter(id -> !id.isEmpty()),
              claims.getListClaim("access").stream().map(ShortTokens::scope).toList()));
    } catch (ParseException | JOSEException _) {
      return Optional.empty();
    }
  }

  /** As the registries' token specification has it ("Token response", claim set). */
  private static Map<String, Object> json(Scope scope) {
    return Map.of("type", scope.type(), "name", scope.name(), "actions", scope.actions());
  }

  private static Scope scope(Object claim) {
    Map<?, ?> fields = (Map<?, ?>) claim;
    List<?> actions = (List<?>) fields.get("actions");
    return new Scope(
        String.valueOf(fields.get("type")),
        String.valueOf(fields.get("name")),
        actions == null ? List.of() : actions.stream().map(String::valueOf).toList());
  }
}
