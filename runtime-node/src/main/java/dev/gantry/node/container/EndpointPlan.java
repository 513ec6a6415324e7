package dev.gantry.node.container;

import dev.gantry.engine.EndpointIpamConfig;
import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which networks a container joins, by name: what its mode says and what it was given beside. An
 * endpoint of a network of the team's own carries the network's id.
 */
public final class EndpointPlan {
  private static final Set<String> PREDEFINED = Set.of("bridge", "none", "host");

  private EndpointPlan() {}

  /**
   * The plan of a new container; refuses what cannot be.
   *
   * @param host with its defaults
   */
  static NetworkingConfig of(HostConfig host, @Nullable NetworkingConfig asked) {
    String mode = String.valueOf(host.networkMode());
    Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
    if (asked != null && asked.endpointsConfig() != null) {
      asked
          .endpointsConfig()
          .forEach(
              (name, endpoint) ->
                  endpoints.put(
                      name.equals("default") ? "bridge" : name,
                      endpoint == null ? EndpointSettings.none() : endpoint));
    }
    if (mode.startsWith("container:")) {
      require(
          endpoints.isEmpty(),
          "conflicting options: cannot attach both user-defined and non-user-defined"
              + " network-modes");
      return new NetworkingConfig(Map.of());
    }
    if (endpoints.isEmpty() && PREDEFINED.contains(mode)) {
      endpoints.put(mode, EndpointSettings.none());
    }
    boolean known =
        PREDEFINED.contains(mode)
            || endpoints.containsKey(mode)
            || endpoints.values().stream().anyMatch(one -> isNamed(one, mode));
    require(known, ErrorCode.NOT_FOUND, "network " + mode + " not found");
    List<String> links = ImageConfig.orEmpty(host.links());
    if (!links.isEmpty() && !PREDEFINED.contains(mode)) {
      endpoints.replaceAll(
          (name, endpoint) ->
              name.equals(mode) || isNamed(endpoint, mode) ? linked(endpoint, links) : endpoint);
    }
    return checked(endpoints);
  }

  private static NetworkingConfig checked(Map<String, EndpointSettings> endpoints) {
    endpoints.forEach((name, endpoint) -> check(name, endpoint, endpoints.size() == 1));
    return new NetworkingConfig(endpoints);
  }

  /** The same endpoint with the links that were asked for beside it. */
  private static EndpointSettings linked(EndpointSettings endpoint, List<String> links) {
    Set<String> all = new LinkedHashSet<>(ImageConfig.orEmpty(endpoint.links()));
    all.addAll(links);
    return endpoint.linked(List.copyOf(all));
  }

  private static void check(String network, EndpointSettings endpoint, boolean only) {
    boolean predefined = PREDEFINED.contains(network);
    require(
        predefined || endpoint.networkId() != null && !endpoint.networkId().isEmpty(),
        ErrorCode.NOT_FOUND,
        "network " + network + " not found");
    require(
        only || !network.equals("host"),
        "container cannot be disconnected from host network or connected to host network");
    require(
        only || !network.equals("none"),
        "container cannot be connected to multiple networks with one of the networks in private"
            + " (none) mode");
    require(
        !predefined || ImageConfig.orEmpty(endpoint.aliases()).isEmpty(),
        "network-scoped alias is supported only for containers in user defined networks");
    require(
        endpoint.driverOpts() == null || endpoint.driverOpts().isEmpty(),
        "driver options of an endpoint are not supported");
    EndpointIpamConfig ipam = endpoint.ipamConfig();
    if (ipam != null) {
      require(
          !predefined || isEmpty(ipam.iPv4Address()),
          "user specified IP address is supported on user defined networks only");
      require(isEmpty(ipam.iPv6Address()), "IPv6 addresses are not supported");
      require(
          ImageConfig.orEmpty(ipam.linkLocalIPs()).isEmpty(),
          "link-local addresses are not supported");
      require(
          isEmpty(ipam.iPv4Address())
              || String.valueOf(ipam.iPv4Address())
                  .matches("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}"),
          "invalid IPv4 address: " + ipam.iPv4Address());
    }
    for (String link : ImageConfig.orEmpty(endpoint.links())) {
      require(!link.isBlank() && !link.startsWith(":"), "invalid link: \"" + link + "\"");
    }
  }

  /** The endpoints of a container, by network. */
  public static Map<String, EndpointSettings> of(ContainerRecord record) {
    NetworkingConfig networking = record.spec().networking();
    Map<String, EndpointSettings> endpoints =
        networking == null ? null : networking.endpointsConfig();
    if (endpoints != null && !endpoints.containsKey("default")) {
      return endpoints;
    }
    // Containers from before there was such a plan have what their client sent, or nothing.
    String mode = String.valueOf(record.spec().host().networkMode());
    return PREDEFINED.contains(mode) ? Map.of(mode, EndpointSettings.none()) : Map.of();
  }

  /** The plan with one endpoint more; refuses what cannot be. */
  static NetworkingConfig with(ContainerRecord record, String network, EndpointSettings endpoint) {
    Map<String, EndpointSettings> endpoints = new LinkedHashMap<>(of(record));
    endpoints.put(network, endpoint);
    return checked(endpoints);
  }

  /** The plan without an endpoint. */
  static NetworkingConfig without(ContainerRecord record, String network) {
    Map<String, EndpointSettings> endpoints = new LinkedHashMap<>(of(record));
    endpoints.remove(network);
    return new NetworkingConfig(endpoints);
  }

  /** Whether a mode that names a network by its id means this endpoint's. */
  private static boolean isNamed(EndpointSettings endpoint, String mode) {
    String id = endpoint.networkId();
    return id != null && !mode.isEmpty() && id.startsWith(mode);
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static void require(boolean condition, String message) {
    require(condition, ErrorCode.INVALID, message);
  }

  private static void require(boolean condition, ErrorCode code, String message) {
    if (!condition) {
      throw new ServiceException(code, message);
    }
  }

  /** Whether a container is on a network of its team's own, where names are looked up. */
  public static boolean hasNames(ContainerRecord record) {
    return of(record).entrySet().stream()
        .anyMatch(
            one -> !PREDEFINED.contains(one.getKey()) && !isEmpty(one.getValue().networkId()));
  }

  /** What a container is called on a network of its own. */
  public static List<String> names(ContainerRecord record, EndpointSettings endpoint) {
    Set<String> names = new LinkedHashSet<>();
    names.add(record.identity().name());
    names.addAll(ImageConfig.orEmpty(endpoint.aliases()));
    names.add(record.id().shortForm());
    return List.copyOf(names);
  }
}
