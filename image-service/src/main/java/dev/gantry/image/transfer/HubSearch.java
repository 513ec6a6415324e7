package dev.gantry.image.transfer;

import dev.gantry.engine.EngineJson;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code docker search}: Docker Hub's own, narrowed by the filters of the Engine API. */
public record HubSearch(String term, int limit, Map<String, List<String>> filters) {
  private static final int USUAL = 25;
  private static final int MOST = 100;
  private static final Set<String> FILTERS = Set.of("is-official", "is-automated", "stars");

  /** Reads what a client asks for; empty text is what it left out. */
  public static HubSearch parse(String term, String limit, String filters) {
    if (term.isBlank()) {
      throw invalid("search term is required");
    }
    int count = limit.isEmpty() ? USUAL : number(limit);
    if (count < 1 || count > MOST) {
      throw invalid("Limit " + limit + " is outside the range of [1, " + MOST + "]");
    }
    return new HubSearch(term, count, filters(filters));
  }

  private static Map<String, List<String>> filters(String text) {
    Map<String, List<String>> filters = new HashMap<>();
    try {
      for (var one : EngineJson.MAPPER.readTree(text.isEmpty() ? "{}" : text).properties()) {
        if (!FILTERS.contains(one.getKey())) {
          throw invalid("invalid filter '" + one.getKey() + "'");
        }
        List<String> values = new ArrayList<>();
        if (one.getValue().isObject()) {
          values.addAll(one.getValue().propertyNames());
        } else {
          one.getValue().forEach(value -> values.add(value.asString("")));
        }
        filters.put(one.getKey(), values);
      }
    } catch (JacksonException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid filters", e);
    }
    return filters;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid limit: " + text, e);
    }
  }

  private static ServiceException invalid(String message) {
    return new ServiceException(ErrorCode.INVALID, message);
  }

  /** Asks Docker Hub. */
  public JsonNode run(RemoteRegistries registries) throws RemoteException {
    ArrayNode answer = EngineJson.MAPPER.createArrayNode();
    for (JsonNode result : registries.search(term, limit)) {
      if (isWanted(result)) {
        answer
            .addObject()
            .put("star_count", result.path("star_count").asInt(0))
            .put("is_official", result.path("is_official").asBoolean(false))
            .put("name", result.path("name").asString(""))
            .put("is_automated", result.path("is_automated").asBoolean(false))
            .put("description", result.path("description").asString(""));
      }
    }
    return answer;
  }

  private boolean isWanted(JsonNode result) {
    return is(result, "is-official", "is_official")
        && is(result, "is-automated", "is_automated")
        && filters.getOrDefault("stars", List.of()).stream()
            .allMatch(least -> result.path("star_count").asInt(0) >= number(least));
  }

  private boolean is(JsonNode result, String filter, String field) {
    List<String> values = filters.getOrDefault(filter, List.of());
    boolean actual = result.path(field).asBoolean(false);
    return values.stream()
        .allMatch(value -> actual == (value.equals("1") || value.equalsIgnoreCase("true")));
  }
}
