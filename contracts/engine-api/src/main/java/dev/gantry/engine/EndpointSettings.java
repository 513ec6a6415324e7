package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a container is, or wants to be, attached to one network. Engine API 1.51, definition {@code
 * EndpointSettings}.
 */
public record EndpointSettings(
    @JsonProperty("IPAMConfig") @Nullable EndpointIpamConfig ipamConfig,
    @JsonProperty("Links") @Nullable List<String> links,
    @JsonProperty("MacAddress") @Nullable String macAddress,
    @JsonProperty("Aliases") @Nullable List<String> aliases,
    @JsonProperty("DriverOpts") @Nullable Map<String, String> driverOpts,
    @JsonProperty("GwPriority") @Nullable Integer gwPriority,
    @JsonProperty("NetworkID") @Nullable String networkId,
    @JsonProperty("EndpointID") @Nullable String endpointId,
    @JsonProperty("Gateway") @Nullable String gateway,
    @JsonProperty("IPAddress") @Nullable String ipAddress,
    @JsonProperty("IPPrefixLen") @Nullable Integer ipPrefixLen,
    @JsonProperty("IPv6Gateway") @Nullable String iPv6Gateway,
    @JsonProperty("GlobalIPv6Address") @Nullable String globalIpv6Address,
    @JsonProperty("GlobalIPv6PrefixLen") @Nullable Integer globalIpv6PrefixLen,
    @JsonProperty("DNSNames") @Nullable List<String> dnsNames) {

  /** Asks for nothing in particular. */
  public static EndpointSettings none() {
    return new EndpointSettings(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** What is asked for, on the network of this id; what only the engine can say is left out. */
  public EndpointSettings asked(@Nullable String id) {
    return new EndpointSettings(
        ipamConfig,
        links,
        macAddress,
        aliases,
        driverOpts,
        gwPriority,
        id,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same with other links. */
  public EndpointSettings linked(List<String> others) {
    return new EndpointSettings(
        ipamConfig,
        others,
        macAddress,
        aliases,
        driverOpts,
        gwPriority,
        networkId,
        endpointId,
        gateway,
        ipAddress,
        ipPrefixLen,
        iPv6Gateway,
        globalIpv6Address,
        globalIpv6PrefixLen,
        dnsNames);
  }

  /** As it is told while the container has nothing of this network: asked for, and empty. */
  public EndpointSettings idle(String id) {
    return new EndpointSettings(
        ipamConfig,
        links,
        macAddress == null ? "" : macAddress,
        aliases,
        null,
        gwPriority == null ? 0 : gwPriority,
        id,
        "",
        "",
        "",
        0,
        "",
        "",
        0,
        null);
  }
}
