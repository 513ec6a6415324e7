package dev.gantry.engine;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a container create. On the wire of the Engine API the fields of {@link
 * ContainerConfig} stand at the top level beside {@code HostConfig} and {@code NetworkingConfig};
 * between our own processes the three parts stand apart.
 */
public record ContainerCreateRequest(
    ContainerConfig config,
    @Nullable HostConfig hostConfig,
    @Nullable NetworkingConfig networkingConfig) {

  /**
   * Reads the flat form of the Engine API; a part that is absent or null becomes null. Parts are
   * found in any case, as their fields are.
   */
  public static ContainerCreateRequest fromWire(ObjectNode body) {
    return new ContainerCreateRequest(
        EngineJson.treeToRecord(body, ContainerConfig.class),
        part(body, "HostConfig", HostConfig.class),
        part(body, "NetworkingConfig", NetworkingConfig.class));
  }

  private static <T> @Nullable T part(ObjectNode body, String name, Class<T> type) {
    T part = null;
    for (var field : body.properties()) {
      if (field.getKey().equalsIgnoreCase(name) && !field.getValue().isNull()) {
        part = EngineJson.treeToRecord(field.getValue(), type);
      }
    }
    return part;
  }

  /** The flat form again: what was read and nothing else, each name as the API spells it. */
  public ObjectNode toWire() {
    ObjectNode body = EngineJson.MAPPER.valueToTree(config);
    body.set("HostConfig", EngineJson.MAPPER.valueToTree(hostConfig));
    body.set("NetworkingConfig", EngineJson.MAPPER.valueToTree(networkingConfig));
    return body;
  }
}
