package dev.gantry.gateway.placement;

import dev.gantry.engine.NodeId;
import java.util.List;
import java.util.Set;

/**
 * What a new container needs of a node.
 *
 * @param memory bytes it will reserve
 * @param pinned nodes that have its volumes; empty where it is bound to none
 */
public record Wish(List<Constraint> constraints, long memory, long nanoCpus, Set<NodeId> pinned) {}
