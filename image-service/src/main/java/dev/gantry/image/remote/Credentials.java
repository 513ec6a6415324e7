package dev.gantry.image.remote;

import dev.gantry.engine.EngineJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What proves to one registry who asks. Nothing of it appears in a message or a log.
 *
 * @param identityToken for which a token server gives tokens, in place of a password
 * @param registryToken that the registry itself takes
 */
public record Credentials(
    String username, String password, String identityToken, String registryToken) {
  public static final Credentials NONE = new Credentials("", "", "", "");
  private static final int LIMIT = 64 << 10;

  /**
   * Reads {@code X-Registry-Auth}: base64 of either alphabet, padded or not. As the engine does,
   * what cannot be read is as good as nothing.
   */
  public static Credentials parse(String header) {
    if (header.isBlank() || header.length() > LIMIT) {
      return NONE;
    }
    try {
      String plain = header.strip().replace('+', '-').replace('/', '_').replaceAll("=+$", "");
      String json = new String(Base64.getUrlDecoder().decode(plain), StandardCharsets.UTF_8);
      return of(EngineJson.MAPPER.readTree(json));
    } catch (IllegalArgumentException | JacksonException _) {
      return NONE;
    }
  }

  /** Reads an {@code AuthConfig} of the Engine API. */
  public static Credentials of(JsonNode config) {
    String username = config.path("username").asString("");
    String password = config.path("password").asString("");
    String joined = config.path("auth").asString("");
    if (username.isEmpty() && !joined.isEmpty()) {
      String pair = new String(Base64.getDecoder().decode(joined), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      if (colon > 0) {
        username = pair.substring(0, colon);
        password = pair.substring(colon + 1);
      }
    }
    return new Credentials(
        username,
        password,
        config.path("identitytoken").asString(""),
        config.path("registrytoken").asString(""));
  }

  /** Those that stand in a URL: {@code USER:PASSWORD}. */
  public static Credentials ofUserInfo(@Nullable String info) {
    int colon = info == null ? -1 : info.indexOf(':');
    return info == null || colon < 0
        ? NONE
        : new Credentials(info.substring(0, colon), info.substring(colon + 1), "", "");
  }

  boolean hasPassword() {
    return !username.isEmpty() && !password.isEmpty();
  }

  String basic() {
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return "Credentials[not shown]";
  }
}
