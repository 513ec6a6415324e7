package dev.gantry.gateway.fleet;

import dev.gantry.engine.MountPoint;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.Volume;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.services.NodeClient;
import dev.gantry.services.ServiceException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Which nodes have which volumes: asked of all that are up, at the same time. */
public final class VolumeMap {
  private final Fleet fleet;

  public VolumeMap(Fleet fleet) {
    this.fleet = fleet;
  }

  /**
   * What the nodes answered.
   *
   * @param silent names of nodes that did not
   */
  public record Found(Map<NodeView, List<Volume>> byNode, List<String> silent) {}

  /** A team's volumes on every node. */
  public Found all(Caller caller) {
    return ask(caller, NodeClient::volumes);
  }

  /** A team's volumes on every node, with what they take. */
  public Found measured(Caller caller) {
    return ask(caller, NodeClient::measuredVolumes);
  }

  private Found ask(Caller caller, Function<NodeClient, List<Volume>> question) {
    List<NodeView> nodes = fleet.nodes().all();
    Map<NodeId, List<Volume>> answers = new ConcurrentHashMap<>();
    List<Thread> asking =
        nodes.stream()
            .filter(NodeView::up)
            .map(node -> Thread.ofVirtual().start(() -> ask(node, caller, question, answers)))
            .toList();
    try {
      for (Thread thread : asking) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Map<NodeView, List<Volume>> byNode = new LinkedHashMap<>();
    nodes.stream()
        .filter(node -> answers.containsKey(node.id()))
        .forEach(node -> byNode.put(node, answers.getOrDefault(node.id(), List.of())));
    List<String> silent =
        nodes.stream().filter(node -> !byNode.containsKey(node)).map(NodeView::name).toList();
    return new Found(byNode, silent);
  }

  private void ask(
      NodeView node,
      Caller caller,
      Function<NodeClient, List<Volume>> question,
      Map<NodeId, List<Volume>> answers) {
    try {
      answers.put(node.id(), question.apply(fleet.client(node, caller)));
    } catch (ServiceException _) {
      // Its silence is what the caller is told.
    }
  }

  /**
   * The nodes that have a volume of that name; those that are down, too, where a container tells.
   */
  public Set<NodeId> nodesOf(Caller caller, String name) {
    Set<NodeId> nodes = new HashSet<>();
    for (ContainerView container : fleet.containers().of(caller.team())) {
      List<MountPoint> mounts = container.inspect().mounts();
      if (mounts != null && mounts.stream().anyMatch(mount -> name.equals(mount.name()))) {
        nodes.add(container.snapshot().node());
      }
    }
    all(caller)
        .byNode()
        .forEach(
            (node, volumes) -> {
              if (volumes.stream().anyMatch(volume -> name.equals(volume.name()))) {
                nodes.add(node.id());
              }
            });
    return nodes;
  }
}
