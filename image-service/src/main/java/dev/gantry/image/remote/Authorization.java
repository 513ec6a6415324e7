package dev.gantry.image.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.image.remote.RemoteException.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Proves to one registry who asks, as the registry wants it: by password (RFC 7617), or by a token
 * that a server gives which the registry names (distribution's token specification).
 *
 * <p>What proves it goes to the registry and to the token server that it names, and there only over
 * TLS unless the registry itself is one that speaks plain HTTP.
 */
final class Authorization {
  private static final int LARGEST_TOKEN = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RemoteHttp http;
  private final Endpoint endpoint;
  private final Credentials credentials;
  private final List<Challenge> challenges;
  private final Map<String, String> tokens = new HashMap<>();

  Authorization(
      RemoteHttp http, Endpoint endpoint, Credentials credentials, List<Challenge> challenges) {
    this.http = http;
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.challenges = challenges;
  }

  /**
   * The value of the header with which the request is sent; empty where the registry wants none.
   *
   * @param scopes of the token, apart by spaces
   */
  String of(RemoteHttp.Request request, String scopes) throws RemoteException {
    Optional<Challenge> bearer = Challenge.of(challenges, "bearer");
    if (bearer.isPresent()) {
      return "Bearer " + token(bearer.get(), scopes);
    }
    if (Challenge.of(challenges, "basic").isEmpty()) {
      return "";
    }
    if (!credentials.hasPassword()) {
      throw Failures.of(
          Kind.UNAUTHORIZED, request.method(), request.uri(), "no basic auth credentials", null);
    }
    return credentials.basic();
  }

  /** Forgets a token that the registry took no more; false where there is nothing to renew. */
  synchronized boolean renew(String scopes) {
    return credentials.registryToken().isEmpty() && tokens.remove(scopes) != null;
  }

  private synchronized String token(Challenge challenge, String scopes) throws RemoteException {
    if (!credentials.registryToken().isEmpty()) {
      return credentials.registryToken();
    }
    String known = tokens.get(scopes);
    if (known != null) {
      return known;
    }
    String token = fetch(challenge, scopes);
    tokens.put(scopes, token);
    return token;
  }

  private String fetch(Challenge challenge, String scopes) throws RemoteException {
    URI realm = realm(challenge);
    RemoteHttp.Request request =
        credentials.identityToken().isEmpty()
            ? byPassword(realm, challenge, scopes)
            : byIdentity(realm, challenge, scopes);
    try (Reply reply = http.send(endpoint.insecure(), request)) {
      if (reply.status() == 401) {
        throw new RemoteException(
            Kind.UNAUTHORIZED, "unauthorized: incorrect username or password");
      }
      if (reply.status() != 200) {
        throw Failures.of(request.method(), reply);
      }
      return token(request, reply.bytes(LARGEST_TOKEN));
    }
  }

  private static String token(RemoteHttp.Request request, byte[] body) throws RemoteException {
    String token = "";
    try {
      JsonNode answer = JSON.readTree(body);
      token = answer.path("token").asString(answer.path("access_token").asString(""));
    } catch (JacksonException _) {
      // Told below.
    }
    if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw Failures.of(
          Kind.OTHER,
          request.method(),
          request.uri(),
          "authorization server did not include a token in the response",
          null);
    }
    return token;
  }

  private URI realm(Challenge challenge) throws RemoteException {
    try {
      URI realm = URI.create(challenge.parameter("realm"));
      boolean plain = "http".equals(endpoint.origin().getScheme());
      boolean fits =
          "https".equals(realm.getScheme()) || (plain && "http".equals(realm.getScheme()));
      if (fits && realm.getHost() != null && realm.getUserInfo() == null) {
        return realm;
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new RemoteException(
        Kind.REFUSED,
        endpoint.origin().getAuthority() + " names a token server to which nothing can be sent");
  }

  private RemoteHttp.Request byPassword(URI realm, Challenge challenge, String scopes) {
    StringBuilder query = new StringBuilder();
    add(query, "account", credentials.hasPassword() ? credentials.username() : "");
    add(query, "service", challenge.parameter("service"));
    for (String scope : scopes.split(" ")) {
      add(query, "scope", scope);
    }
    String separator = realm.getRawQuery() == null ? "?" : "&";
    RemoteHttp.Request request =
        RemoteHttp.Request.of("GET", URI.create(realm + separator + query));
    return credentials.hasPassword() ? request.authorized(credentials.basic()) : request;
  }

  private RemoteHttp.Request byIdentity(URI realm, Challenge challenge, String scopes) {
    StringBuilder form = new StringBuilder();
    add(form, "grant_type", "refresh_token");
    add(form, "refresh_token", credentials.identityToken());
    add(form, "service", challenge.parameter("service"));
    add(form, "scope", scopes);
    add(form, "client_id", "gantry");
    return RemoteHttp.Request.of("POST", realm)
        .body(
            new StringEntity(
                form.toString(), ContentType.create("application/x-www-form-urlencoded")));
  }

  private static void add(StringBuilder query, String name, String value) {
    if (!value.isEmpty()) {
      query
          .append(query.isEmpty() ? "" : "&")
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, UTF_8));
    }
  }
}
