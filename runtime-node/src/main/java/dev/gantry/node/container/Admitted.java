package dev.gantry.node.container;

import dev.gantry.engine.HostConfig;
import java.util.List;

/**
 * What was taken of a request.
 *
 * @param warnings what the client is told of the rest
 */
public record Admitted(HostConfig host, List<String> warnings) {}
