package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * How JSON of the Engine API is read and written: names in any case, as Go's decoder takes them; a
 * name given twice and bytes after the value are errors, and so is a number in place of a text, so
 * that what was checked is what is run. A null in a map is an empty value, as it is in Go, but
 * where the field says that it is kept.
 */
public final class EngineJson {
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .withConfigOverride(
              Map.class,
              maps -> maps.setNullHandling(JsonSetter.Value.forContentNulls(Nulls.AS_EMPTY)))
          .withCoercionConfig(
              LogicalType.Textual,
              texts -> {
                texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                texts.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                texts.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .build();

  private EngineJson() {}

  static <T> T treeToRecord(JsonNode tree, Class<T> type) {
    return MAPPER.treeToValue(tree, type);
  }

  /**
   * A copy of {@code value} in which every non-null field of {@code patch} has replaced its own;
   * objects are merged.
   */
  public static <T> T merge(T value, ObjectNode patch, Class<T> type) {
    ObjectNode tree = MAPPER.valueToTree(value);
    mergeInto(tree, patch);
    return MAPPER.treeToValue(tree, type);
  }

  private static void mergeInto(ObjectNode target, ObjectNode patch) {
    for (var field : patch.properties()) {
      JsonNode was = target.get(field.getKey());
      if (field.getValue() instanceof ObjectNode change && was instanceof ObjectNode old) {
        mergeInto(old, change);
      } else if (!field.getValue().isNull()) {
        target.set(field.getKey(), field.getValue());
      }
    }
  }
}
