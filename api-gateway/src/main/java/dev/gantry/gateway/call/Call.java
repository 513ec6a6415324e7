package dev.gantry.gateway.call;

import dev.gantry.engine.ApiVersion;
import dev.gantry.engine.EngineJson;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One call on its way through the gateway. */
public final class Call {
  private final Caller caller;
  private final ApiVersion version;
  private final Route route;
  private final Map<String, String> path;
  private final Query query;
  private final HttpServletRequest http;
  private volatile @Nullable String objectId;
  private volatile @Nullable String object;

  public Call(
      Caller caller,
      ApiVersion version,
      Route route,
      Map<String, String> path,
      HttpServletRequest http) {
    this.caller = caller;
    this.version = version;
    this.route = route;
    this.path = path;
    this.query = Query.parse(http.getQueryString());
    this.http = http;
    this.object = path.getOrDefault("id", path.get("name"));
  }

  public Caller caller() {
    return caller;
  }

  public ApiVersion version() {
    return version;
  }

  public Route route() {
    return route;
  }

  public Query query() {
    return query;
  }

  public HttpServletRequest http() {
    return http;
  }

  /** A variable of the route's pattern. */
  public String path(String name) {
    return Objects.requireNonNull(path.get(name), name);
  }

  /** Notes for the audit trail what the call is about, where the path does not say so. */
  public void about(String name, @Nullable String id) {
    object = name;
    objectId = id;
  }

  /** Notes for the audit trail which noun the name was resolved to. */
  public void resolved(String id) {
    objectId = id;
  }

  public Optional<String> object() {
    return Optional.ofNullable(object);
  }

  public Optional<String> objectId() {
    return Optional.ofNullable(objectId);
  }

  /** The whole body, within the route's limit. */
  public byte[] body() throws IOException {
    long limit = Math.min(route.bodyLimit(), Integer.MAX_VALUE - 8);
    if (http.getContentLengthLong() > limit) {
      throw tooLarge(limit);
    }
    byte[] bytes = http.getInputStream().readNBytes((int) limit + 1);
    if (bytes.length > limit) {
      throw tooLarge(limit);
    }
    return bytes;
  }

  private static ServiceException tooLarge(long limit) {
    return new ServiceException(
        ErrorCode.TOO_LARGE, "http: request body too large (at most " + limit + " bytes)");
  }

  /**
   * The body as an object; empty where there is no body or it is null. What is null in a list is
   * not in it.
   */
  public Optional<ObjectNode> jsonObject() throws IOException {
    byte[] body = body();
    if (body.length == 0) {
      return Optional.empty();
    }
    requireJson();
    try {
      JsonNode tree = EngineJson.MAPPER.readTree(body);
      if (tree instanceof ObjectNode object) {
        dropNulls(object);
        return Optional.of(object);
      }
      if (tree.isNull() || tree.isMissingNode()) {
        return Optional.empty();
      }
      throw new ServiceException(
          ErrorCode.INVALID, "invalid JSON: cannot unmarshal " + kind(tree) + " into an object");
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  private static void dropNulls(JsonNode tree) {
    if (tree instanceof ArrayNode list) {
      list.removeIf(JsonNode::isNull);
    }
    tree.forEach(Call::dropNulls);
  }

  /** Also what keeps a web page from posting to us: a form can't call itself JSON. */
  private void requireJson() {
    String type = http.getContentType();
    String plain = type == null ? "" : type.replaceFirst(";.*", "").strip();
    if (!plain.equalsIgnoreCase("application/json") && !plain.equalsIgnoreCase("text/json")) {
      throw new ServiceException(
          ErrorCode.INVALID,
          plain.isEmpty()
              ? "missing Content-Type header: must be 'application/json'"
              : "unsupported Content-Type header (" + plain + "): must be 'application/json'");
    }
  }

  private static String kind(JsonNode tree) {
    return tree.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The body as a record; empty where there is none. */
  public <T> Optional<T> json(Class<T> type) throws IOException {
    return jsonObject()
        .map(
            tree -> {
              try {
                return EngineJson.MAPPER.treeToValue(tree, type);
              } catch (JacksonException e) {
                throw malformed(e);
              }
            });
  }

  /** The engine's 400 for a body that is not what it should be. */
  public static ServiceException malformed(JacksonException e) {
    return new ServiceException(
        ErrorCode.INVALID,
        "invalid JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""),
        e);
  }
}
