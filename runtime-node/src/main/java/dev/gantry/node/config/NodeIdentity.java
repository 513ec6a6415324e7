package dev.gantry.node.config;

import dev.gantry.engine.NodeId;
import dev.gantry.engine.SwarmNode;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * Who this node is.
 *
 * @param uri where its internal interface answers
 * @param cpus processors that containers may use
 * @param memory bytes that containers may use
 */
public record NodeIdentity(
    NodeId id,
    String name,
    URI uri,
    Map<String, String> labels,
    int cpus,
    long memory,
    Instant startedAt) {

  /** In the shape that classic Swarm added to inspect. */
  public SwarmNode swarmNode() {
    return new SwarmNode(
        id.value(), name, uri.getHost(), uri.getHost() + ":" + uri.getPort(), cpus, memory, labels);
  }
}
