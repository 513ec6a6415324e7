package dev.gantry.events;

import dev.gantry.engine.NodeId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last word on one node.
 *
 * @param name the node's own name, unique in the fleet, for example {@code node-1}
 * @param uri where its internal interface answers
 * @param cpus processors that containers may use
 * @param memory bytes that containers may use
 * @param time when this was said
 */
public record NodeState(
    NodeId id,
    String name,
    URI uri,
    Map<String, String> labels,
    int cpus,
    long memory,
    Load load,
    Host host,
    List<String> hostPrefixes,
    Instant startedAt,
    Instant time) {

  /**
   * What the node carries.
   *
   * @param reservedMemory bytes promised to running containers by their limits and reservations
   * @param reservedNanoCpus processor time promised to them
   * @param availableMemory bytes that the host has free or can free
   * @param load1 the load average of the last minute
   */
  public record Load(
      int containers,
      int running,
      int paused,
      int stopped,
      long reservedMemory,
      long reservedNanoCpus,
      long availableMemory,
      double load1) {}

  /**
   * What the host is, as {@code docker info} tells it.
   *
   * @param runtime the OCI runtime of containers that name none
   * @param runtimes every name that a container may give, with the program that it means; null from
   *     nodes that have but that one
   */
  public record Host(
      String hostname,
      String operatingSystem,
      String osVersion,
      String kernelVersion,
      String architecture,
      String cgroupDriver,
      String cgroupVersion,
      String runtime,
      String runtimeVersion,
      @Nullable Map<String, String> runtimes,
      String dataRoot,
      List<String> securityOptions) {}
}
