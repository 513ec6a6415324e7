package dev.gantry.gateway.fleet;

import dev.gantry.engine.NodeId;
import dev.gantry.events.NodeState;
import dev.gantry.gateway.services.Origin;
import dev.gantry.gateway.services.Peer;
import java.time.Instant;
import java.util.Map;

/**
 * A node as the gateway sees it.
 *
 * @param heardAt when its last word came through the broker
 * @param liveness what the probes say
 */
public record NodeView(NodeState state, Instant heardAt, Liveness liveness) {
  /** What the probes say of a node. */
  public enum Liveness {
    /** Not probed yet. */
    UNKNOWN,
    UP,
    DOWN
  }

  public NodeId id() {
    return state.id();
  }

  public String name() {
    return state.name();
  }

  /** Every name that a container may give for an OCI runtime, with the program that it means. */
  public Map<String, String> runtimes() {
    NodeState.Host host = state.host();
    return host.runtimes() == null ? Map.of(host.runtime(), host.runtime()) : host.runtimes();
  }

  public boolean up() {
    return liveness == Liveness.UP;
  }

  public boolean down() {
    return liveness == Liveness.DOWN;
  }

  public Peer peer() {
    return Peer.node(state.name(), Origin.of(state.uri()), state.id());
  }

  NodeView with(Liveness other) {
    return new NodeView(state, heardAt, other);
  }
}
