package dev.gantry.gateway.engine.network;

import static dev.gantry.gateway.call.Failures.notFound;
import static dev.gantry.gateway.call.Permission.NETWORK_READ;
import static dev.gantry.gateway.call.Permission.NETWORK_WRITE;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.NetworkSettings;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.Peer;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The routes of networks. network-service answers them; which containers are on a network is added
 * here, from the read model.
 */
public final class NetworkRoutes implements Routes {
  private static final String SERVICE = "network-service";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

  private final Fleet fleet;
  private final ServiceDirectory services;
  private final Exchanges exchanges;
  private final Forwarder forwarder;

  public NetworkRoutes(
      Fleet fleet, ServiceDirectory services, Exchanges exchanges, Forwarder forwarder) {
    this.fleet = fleet;
    this.services = services;
    this.exchanges = exchanges;
    this.forwarder = forwarder;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        read("/networks", NETWORK_READ, "network.list", this::forward),
        read("/networks/{id}", NETWORK_READ, "network.inspect", this::inspect),
        change("POST", "/networks/create", NETWORK_WRITE, "network.create", this::create),
        change("POST", "/networks/prune", NETWORK_WRITE, "network.prune", this::forward),
        change("DELETE", "/networks/{id}", NETWORK_WRITE, "network.remove", this::forward),
        change("POST", "/networks/{id}/connect", NETWORK_WRITE, "network.connect", this::notYet),
        change(
            "POST",
            "/networks/{id}/disconnect",
            NETWORK_WRITE,
            "network.disconnect",
            this::notYet));
  }

  private Peer peer() {
    return services.peer(SERVICE);
  }

  private static String path(Call call) {
    String pattern = call.route().pattern();
    if (!pattern.contains("{id}")) {
      return "/v1" + pattern;
    }
    String id = call.path("id");
    if (!NAME.matcher(id).matches()) {
      throw notFound("network " + id + " not found");
    }
    return "/v1" + pattern.replace("{id}", id);
  }

  private Answer forward(Call call) {
    return forwarder.forward(
        call, peer(), path(call), Map.of(GantryHeaders.NETWORKS_IN_USE, inUse(call)));
  }

  private Answer create(Call call) {
    return forwarder.forward(call, peer(), "/v1/networks");
  }

  private Answer notYet(Call call) {
    throw new ServiceException(
        ErrorCode.NOT_IMPLEMENTED,
        "containers can't join or leave a network while they exist; name it at create");
  }

  private static Stream<EndpointSettings> endpoints(ContainerView container) {
    NetworkSettings settings = container.inspect().networkSettings();
    Map<String, EndpointSettings> networks = settings == null ? null : settings.networks();
    return networks == null ? Stream.empty() : networks.values().stream();
  }

  private String inUse(Call call) {
    Collection<ContainerView> containers = fleet.containers().of(call.caller().team());
    return containers.stream()
        .flatMap(NetworkRoutes::endpoints)
        .map(EndpointSettings::networkId)
        .filter(Objects::nonNull)
        .distinct()
        .collect(Collectors.joining(","));
  }

  private Answer inspect(Call call) {
    Ask ask = Ask.of("inspect a network", "GET", path(call));
    JsonNode network =
        exchanges.json(peer(), Exchanges.forCaller(ask, call.caller()), JsonNode.class);
    String id = network.path("Id").asString("");
    call.resolved(id);
    if (network instanceof ObjectNode object) {
      ObjectNode containers = object.putObject("Containers");
      for (ContainerView container : fleet.containers().of(call.caller().team())) {
        endpoints(container)
            .filter(endpoint -> id.equals(endpoint.networkId()) && container.running())
            .forEach(endpoint -> add(containers, container, endpoint));
      }
    }
    return Answer.json(network);
  }

  private static void add(
      ObjectNode containers, ContainerView container, EndpointSettings endpoint) {
    String address = endpoint.ipAddress() == null ? "" : endpoint.ipAddress();
    containers
        .putObject(container.id().value())
        .put("Name", container.name())
        .put("EndpointID", endpoint.endpointId())
        .put("MacAddress", endpoint.macAddress())
        .put("IPv4Address", address.isEmpty() ? "" : address + "/" + endpoint.ipPrefixLen())
        .put("IPv6Address", "");
  }
}
