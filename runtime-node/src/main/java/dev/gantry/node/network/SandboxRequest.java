package dev.gantry.node.network;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.PortBinding;
import dev.gantry.engine.TeamId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container wants of the network.
 *
 * @param endpoints the networks it joins; none leaves it with its loopback
 * @param publishing ports for the world outside
 * @param servers that look up what is on none of its networks; empty for the host's
 */
public record SandboxRequest(
    ContainerId id,
    TeamId team,
    List<EndpointRequest> endpoints,
    Publishing publishing,
    List<String> servers) {

  /**
   * Ports that a container offers.
   *
   * @param container its name, for messages
   * @param bindings ports to publish ({@code 80/tcp}), and where
   * @param exposed ports that the container offers
   * @param all publish every exposed port on a random port
   */
  public record Publishing(
      String container,
      Map<String, @Nullable List<PortBinding>> bindings,
      List<String> exposed,
      boolean all) {}
}
