package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;
import static dev.gantry.gateway.call.Failures.unavailable;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerCreateRequest;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.Mount;
import dev.gantry.engine.NodeId;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.fleet.VolumeMap;
import dev.gantry.gateway.placement.Candidate;
import dev.gantry.gateway.placement.Constraint;
import dev.gantry.gateway.placement.Placement;
import dev.gantry.gateway.placement.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads from a create what it asks of its node, and chooses one of the fleet as it is now. */
final class PlacementChoice {
  private static final String NODE_LABEL = "gantry.node";

  private final Fleet fleet;
  private final VolumeMap volumes;
  private final Map<NodeId, Integer> underWay = new ConcurrentHashMap<>();

  PlacementChoice(Fleet fleet, VolumeMap volumes) {
    this.fleet = fleet;
    this.volumes = volumes;
  }

  /**
   * Chooses; the caller says {@link #done} when the container is there, or is not going to be.
   *
   * @param bound containers whose namespaces or volumes it shares, so that it goes to their node
   */
  NodeView choose(Caller caller, ContainerCreateRequest request, List<ContainerView> bound) {
    ContainerConfig config = request.config();
    List<Constraint> constraints = new ArrayList<>();
    if (config.env() != null) {
      config.env().forEach(entry -> Constraint.ofEnvironment(entry).ifPresent(constraints::add));
    }
    if (config.labels() != null && config.labels().get(NODE_LABEL) != null) {
      constraints.add(Constraint.parse("node==" + config.labels().get(NODE_LABEL)));
    }
    HostConfig host = request.hostConfig();
    Wish wish =
        new Wish(
            constraints,
            runtime(host),
            reservation(host),
            host == null || host.nanoCpus() == null ? 0 : host.nanoCpus(),
            pinned(caller, host, bound));
    return decide(wish);
  }

  /** One at a time, so that of several at once each sees where the others go. */
  private synchronized NodeView decide(Wish wish) {
    return switch (Placement.decide(wish, candidates())) {
      case Placement.Decision.On(NodeId id, String name) -> {
        NodeView node =
            fleet.nodes().get(id).orElseThrow(() -> unavailable("node " + name + " has just left"));
        underWay.merge(id, 1, Integer::sum);
        yield node;
      }
      case Placement.Decision.Down(var names) when names.isEmpty() ->
          throw unavailable("no runtime-node is known yet");
      case Placement.Decision.Down(var names) ->
          throw unavailable(
              "cannot place the container: "
                  + String.join(", ", names)
                  + (names.size() == 1 ? " is" : " are")
                  + " down");
      case Placement.Decision.None(String why) ->
          throw invalid("cannot place the container: " + why);
    };
  }

  /** A container that was placed on a node is counted by it from now on, or is not going to be. */
  void done(NodeView node) {
    underWay.computeIfPresent(node.id(), (_, count) -> count > 1 ? count - 1 : null);
  }

  /** The OCI runtime that is named, if any is; one that no node has is no question of place. */
  private @Nullable String runtime(@Nullable HostConfig host) {
    String name = host == null ? null : host.runtime();
    if (name == null || name.isEmpty()) {
      return null;
    }
    List<NodeView> nodes = fleet.nodes().all();
    if (!nodes.isEmpty() && nodes.stream().noneMatch(node -> node.runtimes().containsKey(name))) {
      throw invalid("unknown or invalid runtime name: " + name);
    }
    return name;
  }

  private static long reservation(@Nullable HostConfig host) {
    if (host == null) {
      return 0;
    }
    long limit = host.memory() == null ? 0 : host.memory();
    long soft = host.memoryReservation() == null ? 0 : host.memoryReservation();
    return limit > 0 ? limit : soft;
  }

  private Set<NodeId> pinned(Caller caller, @Nullable HostConfig host, List<ContainerView> bound) {
    Set<NodeId> nodes = new HashSet<>();
    bound.forEach(container -> nodes.add(container.snapshot().node()));
    if (nodes.size() > 1) {
      throw invalid(
          "cannot place the container: the containers it is bound to are on several nodes");
    }
    if (fleet.nodes().all().size() < 2) {
      return nodes;
    }
    for (String name : volumeNames(host)) {
      Set<NodeId> having = volumes.nodesOf(caller, name);
      if (!having.isEmpty()) {
        if (nodes.isEmpty()) {
          nodes.addAll(having);
        } else {
          nodes.retainAll(having);
          if (nodes.isEmpty()) {
            throw invalid("cannot place the container: no node has all of its volumes");
          }
        }
      }
    }
    return nodes;
  }

  static Set<String> volumeNames(@Nullable HostConfig host) {
    Set<String> names = new HashSet<>();
    if (host != null && host.binds() != null) {
      for (String bind : host.binds()) {
        int colon = bind.indexOf(':');
        if (colon > 0 && !bind.startsWith("/")) {
          names.add(bind.substring(0, colon));
        }
      }
    }
    if (host != null && host.mounts() != null) {
      for (Mount mount : host.mounts()) {
        if ("volume".equals(mount.type()) && mount.source() != null && !mount.source().isEmpty()) {
          names.add(mount.source());
        }
      }
    }
    return names;
  }

  /** The fleet now; what was placed since a node's last heartbeat counts too. */
  private List<Candidate> candidates() {
    Map<NodeId, Integer> counts = new HashMap<>(underWay);
    fleet.containers().countByNode(counts);
    return fleet.nodes().all().stream()
        .map(
            node ->
                new Candidate(
                    node.id(),
                    node.name(),
                    node.state().labels(),
                    node.runtimes().keySet(),
                    node.up(),
                    node.state().cpus(),
                    node.state().memory(),
                    counts.getOrDefault(node.id(), 0),
                    node.state().load().reservedMemory(),
                    node.state().load().reservedNanoCpus(),
                    node.state().load().availableMemory()))
        .toList();
  }
}
