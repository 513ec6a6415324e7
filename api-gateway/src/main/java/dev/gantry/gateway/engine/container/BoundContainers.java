package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.engine.HostConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.DefaultLink;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Other containers that a new one names: it is linked to them or shares their namespaces or
 * volumes, so it goes where they are, and the node is told their ids.
 */
final class BoundContainers {
  private static final String PREFIX = "container:";
  private static final int MAX_CHAIN = 16;

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
      if (host.get("Links") instanceof ArrayNode links
          && DefaultLink.isOn(host.path("NetworkMode").asString(null))) {
        for (int i = 0; i < links.size(); i++) {
          links.set(i, link(links.get(i).asString()));
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

  /** {@code NAME[:ALIAS]}, or as inspect tells it, {@code /NAME:/HOLDER/ALIAS}. */
  private String link(String text) {
    String[] parts = text.split(":", -1);
    if (text.isEmpty() || parts.length > 2) {
      throw invalid(
          text.isEmpty() ? "empty string specified for links" : "bad format for links: " + text);
    }
    boolean told = parts.length == 2 && parts[0].startsWith("/");
    String name = told ? parts[0].substring(1) : parts[0];
    String alias = parts[parts.length - 1];
    return linked(name).id() + ":" + (told ? alias.substring(alias.lastIndexOf('/') + 1) : alias);
  }

  /** The container that a link leads to: whose network it is. */
  private ContainerView linked(String name) {
    ContainerView container;
    try {
      container = fleet.containers().resolve(team, name);
      for (int i = 0; i < MAX_CHAIN && mode(container).startsWith(PREFIX); i++) {
        container = fleet.containers().resolve(team, mode(container).substring(PREFIX.length()));
      }
    } catch (ServiceException e) {
      throw new ServiceException(
          ErrorCode.INVALID, "could not get container for " + name + ": " + e.detail(), e);
    }
    if (mode(container).equals("host")) {
      throw invalid(
          "conflicting options: host type networking can't be used with links. This would result"
              + " in undefined behavior");
    }
    found.add(container);
    return container;
  }

  private static String mode(ContainerView container) {
    HostConfig host = container.inspect().hostConfig();
    return host == null || host.networkMode() == null ? "" : host.networkMode();
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
