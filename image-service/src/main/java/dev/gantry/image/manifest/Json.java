package dev.gantry.image.manifest;

import dev.gantry.engine.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reading documents that strangers wrote: names exactly as written, a name given twice refused, a
 * size limit before a byte is parsed; {@code null} is the same as absent.
 */
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static JsonNode read(String what, byte[] bytes, int limit) {
    if (bytes.length > limit) {
      throw new RefusedImageException(
          "invalid " + what + ": " + bytes.length + " bytes are more than the limit of " + limit);
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new RefusedImageException("invalid " + what + ": " + e.getOriginalMessage(), e);
    }
  }

  static JsonNode readObject(String what, byte[] bytes, int limit) {
    JsonNode node = read(what, bytes, limit);
    if (!node.isObject()) {
      throw new RefusedImageException("invalid " + what + ": not a JSON object");
    }
    return node;
  }

  static @Nullable JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  static String text(JsonNode node, String name) {
    JsonNode value = field(node, name);
    return value != null && value.isString() ? value.stringValue() : "";
  }

  static Map<String, String> texts(JsonNode node, String name) {
    Map<String, String> out = new LinkedHashMap<>();
    JsonNode object = field(node, name);
    if (object != null && object.isObject()) {
      for (var property : object.properties()) {
        if (property.getValue().isString()) {
          out.put(property.getKey(), property.getValue().stringValue());
        }
      }
    }
    return out;
  }

  static List<JsonNode> items(String what, JsonNode node, String name, int limit) {
    JsonNode array = field(node, name);
    List<JsonNode> out = new ArrayList<>();
    if (array == null) {
      return out;
    }
    if (!array.isArray() || array.size() > limit) {
      throw new RefusedImageException(
          "invalid " + what + ": " + name + " is not a list of at most " + limit + " items");
    }
    array.forEach(out::add);
    return out;
  }

  static Digest digest(String what, String text) {
    try {
      return new Digest(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedImageException("invalid " + what + ": " + e.getMessage(), e);
    }
  }
}
