package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.noSuchContainer;

import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerState;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.SwarmNode;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /containers/{id}/json}: the node's own word; for a node that is down the last word
 * that came from it, which holds no values of environment variables.
 */
final class ContainerInspection {
  private final Fleet fleet;
  private final RemovedContainers removed;

  ContainerInspection(Fleet fleet, RemovedContainers removed) {
    this.fleet = fleet;
    this.removed = removed;
  }

  Answer inspect(Call call) {
    ContainerView container;
    try {
      container = fleet.containers().resolve(call.caller().team(), call.path("id"));
    } catch (ServiceException e) {
      return removed.forLogs(call).map(Answer::json).orElseThrow(() -> e);
    }
    call.resolved(container.id().value());
    boolean size = call.query().flag("size");
    if (fleet.unreachable(container)) {
      return Answer.json(withNode(lastWord(container), container));
    }
    try {
      return Answer.json(
          withNode(
              fleet.ask(container, call.caller(), node -> node.inspect(container.id(), size)),
              container));
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.TIMEOUT) {
        return Answer.json(withNode(lastWord(container), container));
      }
      throw e.code() == ErrorCode.NOT_FOUND ? noSuchContainer(call.path("id")) : e;
    }
  }

  private static ContainerInspect lastWord(ContainerView container) {
    ContainerState state = container.state();
    ObjectNode patch = EngineJson.MAPPER.createObjectNode();
    patch
        .putObject("State")
        .put(
            "Error", "node " + container.snapshot().nodeName() + " is down; this is its last word");
    return state.error() == null || state.error().isEmpty()
        ? EngineJson.merge(container.inspect(), patch, ContainerInspect.class)
        : container.inspect();
  }

  /** Adds the node where the node itself did not. */
  private Object withNode(ContainerInspect inspect, ContainerView container) {
    if (inspect.node() != null) {
      return inspect;
    }
    ObjectNode tree = EngineJson.MAPPER.valueToTree(inspect);
    fleet
        .nodes()
        .get(container.snapshot().node())
        .ifPresent(node -> tree.set("Node", EngineJson.MAPPER.valueToTree(swarmNode(node))));
    return tree;
  }

  private static SwarmNode swarmNode(NodeView node) {
    String host = String.valueOf(node.state().uri().getHost());
    Map<String, String> labels = node.state().labels();
    return new SwarmNode(
        node.id().value(),
        node.name(),
        host,
        host + ":" + node.state().uri().getPort(),
        node.state().cpus(),
        node.state().memory(),
        labels);
  }
}
