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
 * @param mode {@code bridge}, {@code default}, {@code none}, {@code host}, or the id or name of a
 *     network
 * @param bindings ports to publish ({@code 80/tcp}), and where
 * @param exposed ports that the container offers
 * @param publishAll publish every exposed port on a random port
 * @param mac of its link; null where it follows from the address
 */
public record SandboxRequest(
    ContainerId id,
    String containerName,
    TeamId team,
    String mode,
    Map<String, @Nullable List<PortBinding>> bindings,
    List<String> exposed,
    boolean publishAll,
    @Nullable String mac) {}
