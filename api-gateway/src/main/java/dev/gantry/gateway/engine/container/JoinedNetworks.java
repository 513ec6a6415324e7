package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.engine.ContainerCreateRequest;
import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.Network;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Endpoints;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.NetworkClient;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The networks that a new container names. Those of the team's own are looked up, once: from then
 * on they are what their ids say, whatever their names come to mean.
 */
final class JoinedNetworks {
  private static final Set<String> PREDEFINED = Set.of("", "default", "bridge", "host", "none");

  private final Endpoints endpoints;
  private final Function<Caller, NetworkClient> networks;

  JoinedNetworks(Fleet fleet, Function<Caller, NetworkClient> networks) {
    this.endpoints = new Endpoints(fleet);
    this.networks = networks;
  }

  /** The request with every endpoint under its network's name, with the network's id. */
  ContainerCreateRequest resolve(Call call, ContainerCreateRequest request) {
    Map<String, EndpointSettings> asked = asked(request);
    if (call.version().isBefore(1, 44) && asked.size() > 1) {
      throw invalid(
          "Container cannot be connected to network endpoints: "
              + String.join(", ", asked.keySet()));
    }
    String mode =
        request.hostConfig() == null || request.hostConfig().networkMode() == null
            ? ""
            : request.hostConfig().networkMode();
    Map<String, EndpointSettings> resolved = new LinkedHashMap<>();
    if (!PREDEFINED.contains(mode) && !mode.startsWith("container:")) {
      Network network = named(call, mode);
      String name = String.valueOf(network.name());
      EndpointSettings settings = asked.remove(mode);
      put(resolved, name, settings == null ? asked.remove(name) : settings, network);
    }
    asked.forEach(
        (key, settings) -> {
          Network network = PREDEFINED.contains(key) ? null : named(call, key);
          put(resolved, network == null ? key : String.valueOf(network.name()), settings, network);
        });
    return new ContainerCreateRequest(
        request.config(), request.hostConfig(), new NetworkingConfig(resolved));
  }

  private static void put(
      Map<String, EndpointSettings> resolved,
      String name,
      @Nullable EndpointSettings asked,
      @Nullable Network network) {
    EndpointSettings settings = asked == null ? EndpointSettings.none() : asked;
    if (resolved.put(name, settings.asked(network == null ? null : network.id())) != null) {
      throw invalid("network " + name + " is named twice");
    }
  }

  private Network named(Call call, String reference) {
    try {
      return networks.apply(call.caller()).network(reference);
    } catch (ServiceException e) {
      // Clients take "not found" to be about the image, and fetch it.
      throw e.code() == ErrorCode.NOT_FOUND
          ? new ServiceException(ErrorCode.INVALID, e.detail(), e)
          : e;
    }
  }

  private static Map<String, EndpointSettings> asked(ContainerCreateRequest request) {
    NetworkingConfig networking = request.networkingConfig();
    return networking == null || networking.endpointsConfig() == null
        ? new LinkedHashMap<>()
        : new LinkedHashMap<>(networking.endpointsConfig());
  }

  /**
   * A container of each network that has any: until networks span nodes, a new one goes where they
   * are.
   */
  List<ContainerView> neighbours(Caller caller, ContainerCreateRequest request) {
    return asked(request).values().stream()
        .map(EndpointSettings::networkId)
        .filter(id -> id != null && !id.isEmpty())
        .flatMap(id -> endpoints.on(caller.team(), id).limit(1))
        .map(Endpoints.Endpoint::container)
        .toList();
  }
}
