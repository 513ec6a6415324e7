package dev.gantry.events;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.Digest;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last word on one container.
 *
 * @param version grows with every change of this container; a reader that holds a higher one
 *     ignores this
 * @param epoch the owner's epoch: a higher one means that the container was given to another node
 * @param mountedImages ids of the images that it has mounted beside its own; null from nodes that
 *     mount none
 * @param inspect everything that inspect tells, but for the values of environment variables ({@code
 *     Config.Env} is empty): those stay on the node
 */
public record ContainerSnapshot(
    ContainerId id,
    TeamId team,
    NodeId node,
    String nodeName,
    long version,
    long epoch,
    @Nullable List<Digest> mountedImages,
    ContainerInspect inspect) {}
