package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.noSuchContainer;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.SwarmNode;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.DefaultLink;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
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
      return lastWord(container);
    }
    try {
      JsonNode answer =
          fleet.ask(container, call.caller(), node -> node.inspection(container.id(), size));
      return Answer.json(completed(answer, container));
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.TIMEOUT) {
        return lastWord(container);
      }
      throw e.code() == ErrorCode.NOT_FOUND ? noSuchContainer(call.path("id")) : e;
    }
  }

  private Answer lastWord(ContainerView container) {
    JsonNode tree = EngineJson.MAPPER.valueToTree(container.inspect());
    String error = container.state().error();
    if ((error == null || error.isEmpty()) && tree.get("State") instanceof ObjectNode state) {
      state.put(
          "Error", "node " + container.snapshot().nodeName() + " is down; this is its last word");
    }
    return Answer.json(completed(tree, container));
  }

  /** Adds the node where the node itself did not, and names where it has ids. */
  private JsonNode completed(JsonNode inspect, ContainerView container) {
    List<String> links = fleet.containers().links(container);
    if (inspect.get("HostConfig") instanceof ObjectNode host && DefaultLink.areOf(container)) {
      host.set("Links", EngineJson.MAPPER.valueToTree(links));
    }
    if (inspect instanceof ObjectNode tree && !tree.hasNonNull("Node")) {
      fleet
          .nodes()
          .get(container.snapshot().node())
          .ifPresent(node -> tree.set("Node", EngineJson.MAPPER.valueToTree(swarmNode(node))));
    }
    return inspect;
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
