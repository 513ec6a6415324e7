package dev.gantry.gateway.engine.container;

import dev.gantry.engine.TeamId;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Other containers that a new one names: it shares their namespaces or volumes, so it goes where
 * they are, and the node is told their ids.
 */
final class BoundContainers {
  private static final String PREFIX = "container:";

  private final Fleet fleet;
  private final TeamId team;
  private final List<ContainerView> found = new ArrayList<>();

  BoundContainers(Fleet fleet, TeamId team) {
    this.fleet = fleet;
    this.team = team;
  }

  /** Replaces what refers to other containers by what their node knows them by. */
  ObjectNode resolve(ObjectNode body) {
    if (body.get("HostConfig") instanceof ObjectNode host) {
      for (String mode : List.of("NetworkMode", "IpcMode", "PidMode")) {
        JsonNode given = host.get(mode);
        if (given != null && given.isString() && given.asString().startsWith(PREFIX)) {
          host.put(mode, PREFIX + id(given.asString().substring(PREFIX.length())));
        }
      }
      if (host.get("VolumesFrom") instanceof ArrayNode from) {
        for (int i = 0; i < from.size(); i++) {
          String[] parts = from.get(i).asString().split(":", 2);
          from.set(i, told(parts[0]) + (parts.length > 1 ? ":" + parts[1] : ""));
        }
      }
    }
    return body;
  }

  /** What inspect will tell of it: a name as it was given, as nodes know names too. */
  private String told(String reference) {
    String id = id(reference);
    return found.getLast().name().equals(reference) ? reference : id;
  }

  private String id(String reference) {
    ContainerView container;
    try {
      container = fleet.containers().resolve(team, reference);
    } catch (ServiceException e) {
      // Clients take "not found" to be about the image, and fetch it.
      throw new ServiceException(ErrorCode.INVALID, e.detail(), e);
    }
    found.add(container);
    return container.id().value();
  }

  List<ContainerView> found() {
    return List.copyOf(found);
  }
}
