package dev.gantry.gateway.fleet;

import static dev.gantry.gateway.call.Failures.noSuchContainer;
import static dev.gantry.gateway.call.Failures.unavailable;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.NodeClient;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import dev.gantry.services.Transition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes and containers, and the way to a container's node. */
public final class Fleet {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  /** Who asks nodes on the platform's own behalf. */
  public static final Caller PLATFORM = new Caller(TeamId.DEFAULT, "gantry", "gateway");

  private final Nodes nodes;
  private final Containers containers;
  private final Exchanges exchanges;
  private final Consumer<ContainerId> whenGone;

  /**
   * @param whenGone told of each container that is found to be gone
   */
  public Fleet(
      Nodes nodes, Containers containers, Exchanges exchanges, Consumer<ContainerId> whenGone) {
    this.nodes = nodes;
    this.containers = containers;
    this.exchanges = exchanges;
    this.whenGone = whenGone;
  }

  public Nodes nodes() {
    return nodes;
  }

  public Containers containers() {
    return containers;
  }

  /** A node that answers, for a caller. */
  public NodeClient client(NodeView node, Caller caller) {
    if (node.down()) {
      throw unavailable("cannot reach node " + node.name() + ": it is down");
    }
    return new NodeClient(exchanges, node.peer(), caller);
  }

  /** The node that an id names, also in the id of an exec. */
  public NodeClient client(NodeId id, Caller caller, String what) {
    NodeView node =
        nodes
            .get(id)
            .orElseThrow(() -> new ServiceException(ErrorCode.NOT_FOUND, "No such " + what));
    return client(node, caller);
  }

  /** A container's node; the failure says which node is down. */
  public NodeClient client(ContainerView container, Caller caller) {
    ContainerSnapshot snapshot = container.snapshot();
    NodeView node =
        nodes
            .get(snapshot.node())
            .orElseThrow(
                () ->
                    unavailable(
                        "cannot reach container %s: its node %s is not known"
                            .formatted(container.name(), snapshot.nodeName())));
    if (node.down()) {
      throw unavailable(
          "cannot reach container %s: its node %s is down"
              .formatted(container.name(), node.name()));
    }
    return new NodeClient(exchanges, node.peer(), caller);
  }

  /** Whether the container's node is known to be down. */
  public boolean unreachable(ContainerView container) {
    return nodes.get(container.snapshot().node()).map(NodeView::down).orElse(true);
  }

  /** Asks a container's node, and learns from the answer if the container is gone. */
  public <T> T ask(ContainerView container, Caller caller, Function<NodeClient, T> question) {
    try {
      return question.apply(client(container, caller));
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.NOT_FOUND && e.detail().startsWith("No such container")) {
        gone(container.id());
        throw noSuchContainer(container.name());
      }
      throw e;
    }
  }

  /** A command that changes a container's state; its answer is what the next look shows. */
  public Transition change(
      ContainerView container, Caller caller, Function<NodeClient, Transition> command) {
    Transition transition = ask(container, caller, command);
    containers.apply(transition.snapshot());
    return transition;
  }

  /** Learns what a container is now; a node that does not answer changes nothing. */
  public void refresh(ContainerView container, Caller caller) {
    try {
      containers.apply(ask(container, caller, node -> node.snapshot(container.id())));
    } catch (ServiceException e) {
      LOG.debug("container {} is not looked at: {}", container.id(), e.detail());
    }
  }

  /** A container is known to be gone. */
  public void gone(ContainerId id) {
    containers.remove(id);
    whenGone.accept(id);
  }

  /**
   * Compares what is known of a node's containers with what the node says; for when the broker is
   * away, or the node was.
   */
  void reconcile(NodeView node) {
    Set<ContainerId> known = new HashSet<>();
    containers.on(node.id()).forEach(view -> known.add(view.id()));
    List<ContainerSnapshot> there = new NodeClient(exchanges, node.peer(), PLATFORM).list();
    for (ContainerSnapshot snapshot : there) {
      containers.apply(snapshot);
      known.remove(snapshot.id());
    }
    known.forEach(this::gone);
  }
}
