package dev.gantry.gateway.placement;

import dev.gantry.engine.NodeId;
import java.util.Map;
import java.util.Set;

/**
 * A node that a container might go to.
 *
 * @param runtimes names of the OCI runtimes that it has
 * @param containers how many it has, those included that it was given a moment ago
 * @param reservedMemory bytes promised to its containers
 * @param availableMemory bytes that the host itself has left
 */
public record Candidate(
    NodeId id,
    String name,
    Map<String, String> labels,
    Set<String> runtimes,
    boolean up,
    int cpus,
    long memory,
    int containers,
    long reservedMemory,
    long reservedNanoCpus,
    long availableMemory) {}
