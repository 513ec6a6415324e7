package dev.gantry.gateway.engine.network;

import static dev.gantry.gateway.call.Failures.invalid;
import static dev.gantry.gateway.call.Permission.NETWORK_READ;
import static dev.gantry.gateway.call.Permission.NETWORK_WRITE;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Network;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.engine.NetworkCreated;
import dev.gantry.engine.NetworksPruned;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Shape;
import dev.gantry.gateway.engine.events.PruneEvents;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Endpoints;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.NetworkClient;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.NetworkRemoved;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The routes of networks. network-service has them; which containers are on a network is known
 * here, from the read model.
 */
public final class NetworkRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkRoutes.class);
  private static final Set<String> PRUNE_FILTERS = Set.of("until", "label", "label!");

  private final Fleet fleet;
  private final Endpoints endpoints;
  private final Function<Caller, NetworkClient> networks;
  private final Joining joining;
  private final PruneEvents prunes;
  private final InstantSource clock;

  public NetworkRoutes(
      Fleet fleet,
      Function<Caller, NetworkClient> networks,
      PruneEvents prunes,
      InstantSource clock) {
    this.fleet = fleet;
    this.endpoints = new Endpoints(fleet);
    this.networks = networks;
    this.joining = new Joining(fleet, networks);
    this.prunes = prunes;
    this.clock = clock;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        read("/networks", NETWORK_READ, "network.list", Shape.NETWORK, this::list),
        read("/networks/{id}", NETWORK_READ, "network.inspect", Shape.NETWORK, this::inspect),
        change("POST", "/networks/create", NETWORK_WRITE, "network.create", this::create),
        change("POST", "/networks/prune", NETWORK_WRITE, "network.prune", this::prune),
        change("DELETE", "/networks/{id}", NETWORK_WRITE, "network.remove", this::remove),
        change(
            "POST", "/networks/{id}/connect", NETWORK_WRITE, "network.connect", joining::connect),
        change(
            "POST",
            "/networks/{id}/disconnect",
            NETWORK_WRITE,
            "network.disconnect",
            joining::disconnect));
  }

  private Answer list(Call call) {
    NetworkFilter filter = NetworkFilter.of(call.query());
    Set<String> inUse = endpoints.inUse(call.caller().team());
    // Only older clients have been told in a list which containers are on a network.
    boolean told = call.version().isBefore(1, 28);
    return Answer.json(
        networks.apply(call.caller()).list().stream()
            .filter(network -> filter.takes(network, inUse))
            .map(network -> shown(call.caller(), network, told))
            .toList());
  }

  private Answer inspect(Call call) {
    String scope = call.query().text("scope").orElse("");
    if (!scope.isEmpty() && !scope.equals("local")) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "network " + call.path("id") + " not found");
    }
    Network network = networks.apply(call.caller()).network(call.path("id"));
    String id = String.valueOf(network.id());
    call.resolved(id);
    return Answer.json(shown(call.caller(), network, true));
  }

  private ObjectNode shown(Caller caller, Network network, boolean withContainers) {
    ObjectNode shown = (ObjectNode) EngineJson.MAPPER.valueToTree(network);
    ObjectNode containers = shown.putObject("Containers");
    if (withContainers) {
      endpoints
          .on(caller.team(), String.valueOf(network.id()))
          .filter(endpoint -> endpoint.container().running())
          .forEach(endpoint -> add(containers, endpoint));
    }
    return shown;
  }

  private static void add(ObjectNode containers, Endpoints.Endpoint endpoint) {
    ContainerView container = endpoint.container();
    String ip = endpoint.settings().ipAddress();
    String address = ip == null ? "" : ip;
    containers
        .putObject(container.id().value())
        .put("Name", container.name())
        .put("EndpointID", endpoint.settings().endpointId())
        .put("MacAddress", endpoint.settings().macAddress())
        .put(
            "IPv4Address",
            address.isEmpty() ? "" : address + "/" + endpoint.settings().ipPrefixLen())
        .put("IPv6Address", "");
  }

  private Answer create(Call call) throws IOException {
    NetworkCreateRequest request =
        call.json(NetworkCreateRequest.class).orElseThrow(() -> invalid("EOF"));
    if (request.name() != null) {
      call.about(request.name(), null);
    }
    NetworkCreated made = networks.apply(call.caller()).create(request);
    call.resolved(String.valueOf(made.id()));
    return Answer.json(201, made);
  }

  private Answer remove(Call call) {
    NetworkClient client = networks.apply(call.caller());
    Network network = client.network(call.path("id"));
    String id = String.valueOf(network.id());
    call.resolved(id);
    if (endpoints.on(call.caller().team(), id).anyMatch(one -> one.container().running())) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN,
          "error while removing network: network %s id %s has active endpoints"
              .formatted(network.name(), id));
    }
    remove(client, id, call.caller());
    return Answer.empty(204);
  }

  /** Nodes that are not told, or where a container is still on it, find out by themselves. */
  private void remove(NetworkClient client, String id, Caller caller) {
    NetworkRemoved removed = client.remove(id);
    for (var node : removed.nodes()) {
      try {
        fleet.client(node, caller, "forget a network").forgetNetwork(id);
      } catch (ServiceException e) {
        LOG.info("node {} was not told that network {} is removed: {}", node, id, e.detail());
      }
    }
  }

  /** Removes what no container is on that runs. */
  private Answer prune(Call call) {
    Filters filters = Filters.of(call.query(), PRUNE_FILTERS);
    Instant until = filters.until(clock.instant());
    NetworkClient client = networks.apply(call.caller());
    Set<String> inUse = endpoints.inUse(call.caller().team());
    List<String> deleted = new ArrayList<>();
    for (Network network : client.list()) {
      boolean chosen =
          !NetworkFilter.isPredefined(network)
              && !inUse.contains(String.valueOf(network.id()))
              && Instant.parse(String.valueOf(network.created())).isBefore(until)
              && filters.labels(NetworkFilter.labels(network))
              && !filters.anyLabel("label!", NetworkFilter.labels(network));
      if (chosen) {
        try {
          remove(client, String.valueOf(network.id()), call.caller());
          deleted.add(String.valueOf(network.name()));
        } catch (ServiceException e) {
          // Gone already: then it is not pruned.
          LOG.info("network {} was not pruned: {}", network.id(), e.detail());
        }
      }
    }
    // Networks take no room.
    prunes.tell(call.caller().team(), PruneEvents.Noun.NETWORK, 0);
    return Answer.json(new NetworksPruned(deleted.isEmpty() ? null : deleted));
  }
}
