package dev.gantry.gateway.fleet;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.NetworkSettings;
import dev.gantry.engine.TeamId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which containers are on which networks, running or not, as the read model has them. */
public record Endpoints(Fleet fleet) {
  /**
   * A container on a network.
   *
   * @param network its name
   */
  public record Endpoint(ContainerView container, String network, EndpointSettings settings) {}

  /** Of all of a team's containers. */
  public Stream<Endpoint> of(TeamId team) {
    return fleet.containers().of(team).stream().flatMap(Endpoints::of);
  }

  /** Of the containers that are on one network. */
  public Stream<Endpoint> on(TeamId team, String networkId) {
    return of(team).filter(endpoint -> networkId.equals(endpoint.settings().networkId()));
  }

  /** Ids of the networks that running containers are on. */
  public Set<String> inUse(TeamId team) {
    Set<String> ids = new HashSet<>();
    of(team)
        .filter(endpoint -> endpoint.container().running())
        .forEach(endpoint -> ids.add(String.valueOf(endpoint.settings().networkId())));
    return ids;
  }

  private static Stream<Endpoint> of(ContainerView container) {
    NetworkSettings settings = container.inspect().networkSettings();
    Map<String, EndpointSettings> networks = settings == null ? null : settings.networks();
    return networks == null
        ? Stream.empty()
        : networks.entrySet().stream()
            .map(entry -> new Endpoint(container, entry.getKey(), entry.getValue()));
  }
}
