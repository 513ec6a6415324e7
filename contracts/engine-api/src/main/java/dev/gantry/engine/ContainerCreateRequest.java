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

  /** Reads the flat form of the Engine API; a part that is absent or null becomes null. */
  public static ContainerCreateRequest fromWire(ObjectNode body) {
    return new ContainerCreateRequest(
        EngineJson.treeToRecord(body, ContainerConfig.class),
        body.hasNonNull("HostConfig")
            ? EngineJson.treeToRecord(body.get("HostConfig"), HostConfig.class)
            : null,
        body.hasNonNull("NetworkingConfig")
            ? EngineJson.treeToRecord(body.get("NetworkingConfig"), NetworkingConfig.class)
            : null);
  }
}
