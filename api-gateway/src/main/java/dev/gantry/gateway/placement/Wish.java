package dev.gantry.gateway.placement;

import dev.gantry.engine.NodeId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a new container needs of a node.
 *
 * @param runtime name of the OCI runtime; null where any will do
 * @param memory bytes it will reserve
 * @param pinned nodes that have its volumes; empty where it is bound to none
 */
public record Wish(
    List<Constraint> constraints,
    @Nullable String runtime,
    long memory,
    long nanoCpus,
    Set<NodeId> pinned) {}
