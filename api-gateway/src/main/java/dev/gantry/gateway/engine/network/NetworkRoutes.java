package dev.gantry.gateway.engine.network;

import static dev.gantry.gateway.call.Permission.NETWORK_READ;
import static dev.gantry.gateway.call.Permission.NETWORK_WRITE;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NetworkSettings;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes of networks, which network-service answers; who is on them, the fleet knows. */
public final class NetworkRoutes implements Routes {
  private static final String SERVICE = "network-service";
  private static final Set<String> FILTERS =
      Set.of("id", "name", "driver", "label", "scope", "type", "dangling");

  private final Fleet fleet;
  private final Forwarder forwarder;
  private final Exchanges exchanges;
  private final ServiceDirectory services;

  public NetworkRoutes(
      Fleet fleet, Forwarder forwarder, Exchanges exchanges, ServiceDirectory services) {
    this.fleet = fleet;
    this.forwarder = forwarder;
    this.exchanges = exchanges;
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.read("/networks", NETWORK_READ, "network.list", this::list),
        Route.change("POST", "/networks/create", NETWORK_WRITE, "network.create", this::create),
        Route.change(
            "POST",
            "/networks/prune",
            NETWORK_WRITE,
            "network.prune",
            _ -> Answer.json(Map.of("NetworksDeleted", List.of()))),
        Route.change(
            "POST", "/networks/{id}/connect", NETWORK_WRITE, "network.connect", this::later),
        Route.change(
            "POST", "/networks/{id}/disconnect", NETWORK_WRITE, "network.disconnect", this::later),
        Route.read("/networks/{id}", NETWORK_READ, "network.inspect", this::inspect),
        Route.change("DELETE", "/networks/{id}", NETWORK_WRITE, "network.remove", this::remove));
  }

  private Answer later(Call call) {
    throw new ServiceException(
        ErrorCode.NOT_IMPLEMENTED, call.route().verb().replace('.', ' ') + " is not served yet");
  }

  private Answer list(Call call) {
    Filters filters = Filters.of(call.query(), FILTERS);
    JsonNode all = ask(call, "/v1/networks");
    List<JsonNode> wanted = new ArrayList<>();
    for (JsonNode network : all) {
      boolean predefined = Set.of("bridge", "host", "none").contains(text(network, "Name"));
      boolean matches =
          filters.match("name", text(network, "Name"))
              && filters.prefix("id", text(network, "Id"))
              && filters.exact("driver", text(network, "Driver"))
              && filters.exact("scope", text(network, "Scope"))
              && filters.exact("type", predefined ? "builtin" : "custom")
              && (!filters.has("label") || filters.labels(Map.of()));
      if (matches) {
        wanted.add(network);
      }
    }
    return Answer.json(wanted);
  }

  private Answer inspect(Call call) {
    ObjectNode network = (ObjectNode) ask(call, "/v1/networks/" + encoded(call.path("id")));
    String id = text(network, "Id");
    ObjectNode containers = EngineJson.MAPPER.createObjectNode();
    for (ContainerView container : fleet.containers().of(call.caller().team())) {
      NetworkSettings settings = container.inspect().networkSettings();
      if (settings != null && settings.networks() != null && container.running()) {
        for (EndpointSettings endpoint : settings.networks().values()) {
          if (id.equals(endpoint.networkId())) {
            containers
                .putObject(container.id().value())
                .put("Name", container.name())
                .put("EndpointID", endpoint.endpointId())
                .put("MacAddress", endpoint.macAddress())
                .put("IPv4Address", endpoint.ipAddress() + "/" + endpoint.ipPrefixLen())
                .put("IPv6Address", "");
          }
        }
      }
    }
    network.set("Containers", containers);
    return Answer.json(network);
  }

  private Answer create(Call call) {
    return forwarder.forward(call, services.peer(SERVICE), "/v1/networks");
  }

  private Answer remove(Call call) {
    return forwarder.forward(
        call, services.peer(SERVICE), "/v1/networks/" + encoded(call.path("id")));
  }

  private JsonNode ask(Call call, String path) {
    Ask ask = Ask.of(call.route().verb().replace('.', ' '), "GET", path);
    return exchanges.json(
        services.peer(SERVICE), Exchanges.forCaller(ask, call.caller()), JsonNode.class);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
