package dev.gantry.node.container;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.PortBinding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a running container is on the network.
 *
 * @param sandboxKey path of its network namespace
 * @param networks by name of the network
 * @param ports published ports and where, exposed ones with null
 */
public record Attachment(
    String sandboxId,
    String sandboxKey,
    Map<String, EndpointSettings> networks,
    Map<String, @Nullable List<PortBinding>> ports) {}
