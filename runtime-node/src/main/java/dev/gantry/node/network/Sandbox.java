package dev.gantry.node.network;

import dev.gantry.engine.PortBinding;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a container has of the network.
 *
 * @param namespace the file that keeps its network namespace; null with the host's
 * @param endpoints by name of the network; empty with the host's network and with none
 * @param ports published ports and where, exposed ones with null; as inspect tells them
 */
public record Sandbox(
    @Nullable Path namespace,
    Map<String, Endpoint> endpoints,
    Map<String, @Nullable List<PortBinding>> ports) {

  /**
   * A container's place on one network.
   *
   * @param endpointId 64 hexadecimal digits
   */
  public record Endpoint(
      String endpointId, LeasedAddress address, String mac, int gatewayPriority) {}

  /**
   * The endpoint with the way out, which the published ports lead to; empty where there is none.
   */
  public Optional<Endpoint> outward() {
    return outward(endpoints);
  }

  static Optional<Endpoint> outward(Map<String, Endpoint> endpoints) {
    return endpoints.entrySet().stream()
        .filter(one -> !one.getValue().address().gateway().isEmpty())
        .min(
            Comparator.<Map.Entry<String, Endpoint>>comparingInt(
                    one -> -one.getValue().gatewayPriority())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getValue);
  }
}
