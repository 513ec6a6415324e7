package dev.gantry.gateway.call;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gantry.engine.EngineJson;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code filters} of a list: names with their values, given as lists or in the old form as maps
 * from value to flag. Values of one name are alternatives, names must all hold; labels are the
 * exception, where all must hold.
 */
public record Filters(Map<String, List<String>> values) {
  public static final Filters NONE = new Filters(Map.of());

  /** Reads the query's {@code filters}; a name that is not {@code known} is refused. */
  public static Filters of(Query query, Set<String> known) {
    return query.text("filters").map(json -> parse(json, known)).orElse(NONE);
  }

  static Filters parse(String json, Set<String> known) {
    JsonNode tree;
    try {
      tree = EngineJson.MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid filter", e);
    }
    if (tree.isNull()) {
      return NONE;
    }
    if (!(tree instanceof ObjectNode object)) {
      throw new ServiceException(ErrorCode.INVALID, "invalid filter");
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (var field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw new ServiceException(ErrorCode.INVALID, "invalid filter '" + field.getKey() + "'");
      }
      List<String> given = valuesOf(field.getValue());
      if (!given.isEmpty()) {
        values.put(field.getKey(), given);
      }
    }
    return new Filters(values);
  }

  private static List<String> valuesOf(JsonNode node) {
    List<String> given = new ArrayList<>();
    if (node.isArray()) {
      for (JsonNode value : node) {
        given.add(value.asString());
      }
    } else if (node.isObject()) {
      for (var entry : node.properties()) {
        if (entry.getValue().asBoolean(false)) {
          given.add(entry.getKey());
        }
      }
    } else if (!node.isNull()) {
      throw new ServiceException(ErrorCode.INVALID, "invalid filter");
    }
    return given;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public List<String> get(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** Whether the filter is absent or one of its values is {@code value}. */
  public boolean exact(String name, String value) {
    List<String> given = values.get(name);
    return given == null || given.contains(value);
  }

  /** Whether the filter is absent or one of its values begins {@code value}. */
  public boolean prefix(String name, String value) {
    List<String> given = values.get(name);
    return given == null || given.stream().anyMatch(value::startsWith);
  }

  /** Whether the filter is absent or one of its values, as a regular expression, is in a text. */
  public boolean match(String name, String... texts) {
    List<String> given = values.get(name);
    if (given == null) {
      return true;
    }
    for (String expression : given) {
      for (String text : texts) {
        if (text.equals(expression) || found(expression, text)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean found(String expression, String text) {
    try {
      return Pattern.compile(expression).matcher(text).find();
    } catch (PatternSyntaxException _) {
      return false;
    }
  }

  /** Whether every {@code label} filter, {@code key} or {@code key=value}, holds. */
  public boolean labels(Map<String, String> labels) {
    return labels("label", labels);
  }

  public boolean labels(String name, Map<String, String> labels) {
    return get(name).stream().allMatch(wanted -> holds(wanted, labels));
  }

  /** Whether any filter of {@code name} holds; false when there is none. */
  public boolean anyLabel(String name, Map<String, String> labels) {
    return get(name).stream().anyMatch(wanted -> holds(wanted, labels));
  }

  private static boolean holds(String wanted, Map<String, String> labels) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }

  /** Up to when things are taken: the filter {@code until}, or the end of time. */
  public Instant until(Instant now) {
    List<String> given = get("until");
    if (given.size() > 1) {
      throw new ServiceException(ErrorCode.INVALID, "more than one until filter specified");
    }
    return given.isEmpty() ? Instant.MAX : Times.before(given.getFirst(), now);
  }

  /** A filter that is a flag, with the engine's 400 for what is none. */
  public Optional<Boolean> flag(String name) {
    List<String> given = values.get(name);
    if (given == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (given.getFirst()) {
          case "1", "true" -> true;
          case "0", "false" -> false;
          default ->
              throw new ServiceException(
                  ErrorCode.INVALID, "invalid filter '" + name + "=" + given + "'");
        });
  }
}
