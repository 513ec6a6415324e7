package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the AsyncAPI 3.0 description of {@link Topics}, with a JSON schema made from each record.
 */
final class AsyncApi {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode schemas = JSON.createObjectNode();

  static String describe() {
    return new AsyncApi().document().toPrettyString() + "\n";
  }

  private ObjectNode document() {
    ObjectNode document = JSON.createObjectNode();
    document.put("asyncapi", "3.0.0");
    document
        .putObject("info")
        .put("title", "Gantry's facts")
        .put("version", "1")
        .put(
            "description",
            "What has happened, on Kafka, as CloudEvents 1.0 in binary mode; log batches are a"
                + " compact record of their own.");
    ObjectNode channels = document.putObject("channels");
    ObjectNode operations = document.putObject("operations");
    for (Topics topic : Topics.values()) {
      ObjectNode channel = channels.putObject(topic.topic());
      channel.put("address", topic.topic());
      ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
      kafka.put("partitions", topic.partitions());
      ObjectNode configuration = kafka.putObject("topicConfiguration");
      switch (topic.keep()) {
        case Topics.Keep.Last() -> configuration.putArray("cleanup.policy").add("compact");
        case Topics.Keep.During(var time) -> {
          configuration.putArray("cleanup.policy").add("delete");
          configuration.put("retention.ms", time.toMillis());
        }
      }
      channel.putObject("messages").set("event", message(topic));
      ObjectNode operation = operations.putObject("receive-" + topic.topic());
      operation.put("action", "receive");
      operation.putObject("channel").put("$ref", "#/channels/" + topic.topic());
    }
    document.putObject("components").set("schemas", schemas);
    return document;
  }

  private ObjectNode message(Topics topic) {
    ObjectNode message = JSON.createObjectNode();
    ObjectNode key = message.putObject("bindings").putObject("kafka").putObject("key");
    key.put("type", "string").put("description", topic.keyedBy());
    boolean bytes = topic == Topics.LOG_BATCHES || topic.valueType() == byte[].class;
    message.put("contentType", bytes ? "application/octet-stream" : "application/json");
    message.set("payload", schemaOf(topic.valueType()));
    return message;
  }

  private JsonNode schemaOf(Type type) {
    ObjectNode schema = JSON.createObjectNode();
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        schema.put("type", "array").set("items", schemaOf(arguments[0]));
      } else if (generic.getRawType() == Map.class) {
        schema.put("type", "object").set("additionalProperties", schemaOf(arguments[1]));
      }
      return schema;
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      return valueComponent(raw) ? schema.put("type", "string") : reference(raw);
    } else if (raw == Instant.class) {
      return schema.put("type", "string").put("format", "date-time");
    } else if (raw == URI.class) {
      return schema.put("type", "string").put("format", "uri");
    } else if (raw == byte[].class || raw == String.class) {
      return schema.put("type", "string");
    } else if (raw == boolean.class || raw == Boolean.class) {
      return schema.put("type", "boolean");
    } else if (raw == double.class || raw == Double.class) {
      return schema.put("type", "number");
    } else if (raw.isPrimitive() || Number.class.isAssignableFrom(raw)) {
      return schema.put("type", "integer");
    } else if (JsonNode.class.isAssignableFrom(raw)) {
      return schema;
    }
    throw new IllegalStateException("no schema for " + raw);
  }

  private ObjectNode reference(Class<?> record) {
    String name =
        record.getEnclosingClass() == null
            ? record.getSimpleName()
            : record.getEnclosingClass().getSimpleName() + record.getSimpleName();
    if (!schemas.has(name)) {
      ObjectNode schema = schemas.putObject(name);
      schema.put("type", "object");
      ObjectNode properties = schema.putObject("properties");
      for (RecordComponent component : record.getRecordComponents()) {
        properties.set(jsonName(component), schemaOf(component.getGenericType()));
      }
      List<String> required =
          Arrays.stream(record.getRecordComponents())
              .filter(
                  component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
              .map(AsyncApi::jsonName)
              .toList();
      if (!required.isEmpty()) {
        required.forEach(schema.putArray("required")::add);
      }
    }
    return JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static String jsonName(RecordComponent component) {
    AnnotatedElement accessor = component.getAccessor();
    JsonProperty property = accessor.getAnnotation(JsonProperty.class);
    return property == null ? component.getName() : property.value();
  }

  private static boolean valueComponent(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(RecordComponent::getAccessor)
        .anyMatch((Method accessor) -> accessor.isAnnotationPresent(JsonValue.class));
  }
}
