package dev.gantry.image.change;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.services.CommitImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration of an image that is made of a container: what the client wants and the changes
 * come first, the container fills in what they leave open. Only what an image has is kept (OCI
 * image-spec, config.md, with the engine's health check, triggers and shell); the rest is the
 * container's own.
 */
public final class CommittedConfig {
  private static final List<String> FIELDS =
      List.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          "Healthcheck",
          "OnBuild",
          "Shell");

  private CommittedConfig() {}

  public static ObjectNode of(CommitImage commit) {
    ObjectNode container = imagePart(commit.container());
    ContainerConfig wanted = commit.wanted().config();
    ObjectNode config = wanted == null ? container.deepCopy() : imagePart(wanted);
    ConfigChanges.apply(commit.wanted().changes(), config);
    fill(config, container);
    return config;
  }

  private static ObjectNode imagePart(ContainerConfig config) {
    ObjectNode whole = EngineJson.MAPPER.valueToTree(config);
    ObjectNode part = EngineJson.MAPPER.createObjectNode();
    for (String field : FIELDS) {
      JsonNode value = whole.get(field);
      if (value != null && !value.isNull()) {
        part.set(field, value);
      }
    }
    return part;
  }

  private static void fill(ObjectNode config, ObjectNode container) {
    for (String field : List.of("User", "WorkingDir", "StopSignal")) {
      if (config.path(field).asString("").isEmpty()) {
        take(config, container, field);
      }
    }
    for (String field : List.of("ExposedPorts", "Labels")) {
      merge(config, container, field, false);
    }
    merge(config, container, "Volumes", true);
    environment(config, container);
    command(config, container);
    health(config, container);
  }

  private static void take(ObjectNode config, ObjectNode container, String field) {
    JsonNode value = container.get(field);
    if (value != null) {
      config.set(field, value);
    }
  }

  /** What one side has beside what the other has. */
  private static void merge(
      ObjectNode config, ObjectNode container, String field, boolean replaces) {
    if (!(container.get(field) instanceof ObjectNode theirs)) {
      return;
    }
    if (!(config.get(field) instanceof ObjectNode ours) || ours.isEmpty()) {
      config.set(field, theirs);
      return;
    }
    for (var entry : theirs.properties()) {
      if (replaces || !ours.has(entry.getKey())) {
        ours.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static void environment(ObjectNode config, ObjectNode container) {
    if (!(config.get("Env") instanceof ArrayNode ours) || ours.isEmpty()) {
      take(config, container, "Env");
      return;
    }
    Set<String> names = new HashSet<>();
    ours.forEach(entry -> names.add(entry.asString().split("=", 2)[0]));
    for (JsonNode entry : container.path("Env")) {
      if (!names.contains(entry.asString().split("=", 2)[0])) {
        ours.add(entry);
      }
    }
  }

  /** A command belongs to its entry point; an empty entry point is one that was taken away. */
  private static void command(ObjectNode config, ObjectNode container) {
    JsonNode entrypoint = config.get("Entrypoint");
    if (entrypoint == null || entrypoint.isEmpty()) {
      if (config.path("Cmd").isEmpty()) {
        take(config, container, "Cmd");
      }
      if (entrypoint == null || entrypoint.isNull()) {
        take(config, container, "Entrypoint");
      }
    }
  }

  private static void health(ObjectNode config, ObjectNode container) {
    if (!(container.get("Healthcheck") instanceof ObjectNode theirs)) {
      return;
    }
    if (!(config.get("Healthcheck") instanceof ObjectNode ours)) {
      config.set("Healthcheck", theirs);
      return;
    }
    for (var part : theirs.properties()) {
      JsonNode own = ours.get(part.getKey());
      boolean open = own == null || own.isNull() || (own.isNumber() && own.asLong() == 0);
      if (open || (own.isArray() && own.isEmpty())) {
        ours.set(part.getKey(), part.getValue());
      }
    }
  }
}
