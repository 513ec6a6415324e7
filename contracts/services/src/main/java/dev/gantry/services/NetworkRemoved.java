package dev.gantry.services;

import dev.gantry.engine.NodeId;
import java.util.List;

/**
 * A network that was removed.
 *
 * @param nodes who hold blocks of it, and are to be told
 */
public record NetworkRemoved(String id, String name, List<NodeId> nodes) {}
