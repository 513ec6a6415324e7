package dev.gantry.node.api;

import dev.gantry.engine.EngineJson;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The filters of a prune: {@code all}, {@code label}, {@code label!}; lists or the old map form.
 */
record VolumeFilter(boolean all, List<String> labels, List<String> notLabels) {

  static VolumeFilter parse(@Nullable String json) {
    if (json == null || json.isEmpty()) {
      return new VolumeFilter(false, List.of(), List.of());
    }
    try {
      JsonNode tree = EngineJson.MAPPER.readTree(json);
      List<String> all = values(tree.path("all"));
      return new VolumeFilter(
          all.contains("1") || all.contains("true"),
          values(tree.path("label")),
          values(tree.path("label!")));
    } catch (JacksonException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid filter", e);
    }
  }

  private static List<String> values(JsonNode node) {
    List<String> values = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(value -> values.add(value.asString("")));
    } else {
      node.properties().forEach(field -> values.add(field.getKey()));
    }
    return values;
  }

  boolean matches(Map<String, String> has) {
    return labels.stream().allMatch(label -> has(has, label))
        && notLabels.stream().noneMatch(label -> has(has, label));
  }

  private static boolean has(Map<String, String> labels, String wanted) {
    int at = wanted.indexOf('=');
    return at < 0
        ? labels.containsKey(wanted)
        : wanted.substring(at + 1).equals(labels.get(wanted.substring(0, at)));
  }
}
