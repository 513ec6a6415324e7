package dev.gantry.node.network;

import dev.gantry.engine.PortBinding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container has of the network.
 *
 * @param namespace the file that keeps its network namespace; null with the host's
 * @param endpoint null with the host's network and with none
 * @param ports published ports and where, exposed ones with null; as inspect tells them
 */
public record Sandbox(
    @Nullable Path namespace,
    @Nullable Endpoint endpoint,
    Map<String, @Nullable List<PortBinding>> ports) {

  /**
   * A container's place on one network.
   *
   * @param endpointId 64 hexadecimal digits
   */
  public record Endpoint(String endpointId, LeasedAddress address, String mac) {}
}
