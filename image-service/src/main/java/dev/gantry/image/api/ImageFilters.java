package dev.gantry.image.api;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The filters of lists and prunes, in both of their forms: lists, and maps of true. */
final class ImageFilters {
  private final Map<String, List<String>> filters = new HashMap<>();

  private ImageFilters() {}

  static ImageFilters parse(String json, Set<String> known) {
    ImageFilters parsed = new ImageFilters();
    if (json.isEmpty()) {
      return parsed;
    }
    try {
      for (var filter : EngineJson.MAPPER.readTree(json).properties()) {
        if (!known.contains(filter.getKey())) {
          throw new ServiceException(ErrorCode.INVALID, "invalid filter '" + filter.getKey() + "'");
        }
        List<String> values = new ArrayList<>();
        JsonNode given = filter.getValue();
        if (given.isArray()) {
          given.forEach(value -> values.add(value.asString()));
        } else {
          given.properties().forEach(value -> values.add(value.getKey()));
        }
        parsed.filters.put(filter.getKey(), values);
      }
    } catch (JacksonException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid filter: " + e.getOriginalMessage(), e);
    }
    return parsed;
  }

  private List<String> values(String name) {
    return filters.getOrDefault(name, List.of());
  }

  boolean has(String name) {
    return !values(name).isEmpty();
  }

  /** The value of a filter that is yes or no. */
  boolean isTrue(String name, boolean otherwise) {
    List<String> values = values(name);
    return values.isEmpty() ? otherwise : values.contains("true") || values.contains("1");
  }

  /**
   * @param byName finds the image that before and since name
   */
  Predicate<TeamImage> predicate(Function<String, TeamImage> byName) {
    Predicate<TeamImage> all = _ -> true;
    if (has("dangling")) {
      boolean dangling = isTrue("dangling", false);
      all = all.and(image -> image.isDangling() == dangling);
    }
    for (String label : values("label")) {
      all = all.and(image -> hasLabel(image, label));
    }
    for (String label : values("label!")) {
      all = all.and(image -> !hasLabel(image, label));
    }
    if (has("reference")) {
      all = all.and(image -> values("reference").stream().anyMatch(p -> named(image, p)));
    }
    for (String name : values("before")) {
      Instant before = byName.apply(name).created().orElse(Instant.EPOCH);
      all = all.and(image -> image.created().orElse(Instant.EPOCH).isBefore(before));
    }
    for (String name : values("since")) {
      Instant since = byName.apply(name).created().orElse(Instant.EPOCH);
      all = all.and(image -> image.created().orElse(Instant.EPOCH).isAfter(since));
    }
    for (String until : values("until")) {
      Instant end = time(until);
      all = all.and(image -> image.created().orElse(Instant.EPOCH).isBefore(end));
    }
    return all;
  }

  /** The tags of a chosen image that a list shows: with a filter by name, those that match it. */
  List<String> shownTags(TeamImage image) {
    return image.tags().stream()
        .filter(
            tag ->
                !has("reference")
                    || values("reference").stream().anyMatch(pattern -> named(tag, pattern)))
        .map(Reference::familiar)
        .toList();
  }

  private static boolean hasLabel(TeamImage image, String label) {
    int equals = label.indexOf('=');
    return equals < 0
        ? image.labels().containsKey(label)
        : label.substring(equals + 1).equals(image.labels().get(label.substring(0, equals)));
  }

  private static boolean named(TeamImage image, String pattern) {
    return image.tags().stream().anyMatch(tag -> named(tag, pattern));
  }

  private static boolean named(Reference tag, String pattern) {
    return matches(pattern, tag.familiar())
        || matches(pattern, tag.familiarRepository())
        || matches(pattern, tag.repository())
        || matches(pattern, tag.repository() + ":" + tag.tag());
  }

  private static boolean matches(String pattern, String name) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(Path.of(name));
  }

  private static Instant time(String text) {
    try {
      if (text.matches("\\d+")) {
        return Instant.ofEpochSecond(Long.parseLong(text));
      }
      return text.matches("[0-9hms]+")
          ? Instant.now().minus(Duration.parse("PT" + text))
          : Instant.parse(text);
    } catch (RuntimeException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid time: " + text, e);
    }
  }

  /** The repository of a name, for the parameter that old clients send. */
  static Predicate<TeamImage> namedBy(String name) {
    return image -> Reference.parse(name).isPresent() && named(image, name);
  }
}
