package dev.gantry.gateway.fleet;

import dev.gantry.engine.NodeId;
import dev.gantry.events.NodeState;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nodes of the fleet. Where they are comes through the broker, whether they live is found out
 * by asking them: the broker's absence makes no node look dead.
 */
public final class Nodes {
  private static final Comparator<NodeView> BY_NAME =
      Comparator.comparing(NodeView::name, Nodes::naturally);

  private final Map<NodeId, NodeView> nodes = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public Nodes(InstantSource clock) {
    this.clock = clock;
  }

  /** node-2 comes before node-10. */
  private static int naturally(String one, String other) {
    return one.length() == other.length() || !stem(one).equals(stem(other))
        ? one.compareTo(other)
        : Integer.compare(one.length(), other.length());
  }

  private static String stem(String name) {
    return name.replaceFirst("\\d+$", "");
  }

  /** Takes a node's word for itself; an older one changes nothing. */
  public void heard(NodeState state) {
    nodes.merge(
        state.id(),
        new NodeView(state, clock.instant(), NodeView.Liveness.UNKNOWN),
        (was, now) -> {
          if (now.state().time().isBefore(was.state().time())) {
            return was;
          }
          boolean moved = !now.state().uri().equals(was.state().uri());
          return moved ? now : now.with(was.liveness());
        });
  }

  public void forget(NodeId id) {
    nodes.remove(id);
  }

  /** Takes a probe's finding; true where it is news. */
  boolean found(NodeId id, NodeView.Liveness liveness) {
    NodeView was = nodes.get(id);
    nodes.computeIfPresent(id, (_, view) -> view.with(liveness));
    return was != null && was.liveness() != liveness;
  }

  public Optional<NodeView> get(NodeId id) {
    return Optional.ofNullable(nodes.get(id));
  }

  public Optional<NodeView> named(String name) {
    return nodes.values().stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** All of them, by name. */
  public List<NodeView> all() {
    return nodes.values().stream().sorted(BY_NAME).toList();
  }
}
