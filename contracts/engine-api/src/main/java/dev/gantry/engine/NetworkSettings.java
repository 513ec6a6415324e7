package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and ports that a container has. Engine API 1.51, definition {@code
 * NetworkSettings}.
 */
public record NetworkSettings(
    @JsonProperty("Bridge") @Nullable String bridge,
    @JsonProperty("SandboxID") @Nullable String sandboxId,
    @JsonProperty("HairpinMode") @Nullable Boolean hairpinMode,
    @JsonProperty("LinkLocalIPv6Address") @Nullable String linkLocalIpv6Address,
    @JsonProperty("LinkLocalIPv6PrefixLen") @Nullable Long linkLocalIpv6PrefixLen,
    @JsonSetter(contentNulls = Nulls.SET) @JsonProperty("Ports")
        @Nullable Map<String, @Nullable List<PortBinding>> ports,
    @JsonProperty("SandboxKey") @Nullable String sandboxKey,
    @JsonProperty("SecondaryIPAddresses") @Nullable List<Address> secondaryIPAddresses,
    @JsonProperty("SecondaryIPv6Addresses") @Nullable List<Address> secondaryIpv6Addresses,
    @JsonProperty("EndpointID") @Nullable String endpointId,
    @JsonProperty("Gateway") @Nullable String gateway,
    @JsonProperty("GlobalIPv6Address") @Nullable String globalIpv6Address,
    @JsonProperty("GlobalIPv6PrefixLen") @Nullable Integer globalIpv6PrefixLen,
    @JsonProperty("IPAddress") @Nullable String ipAddress,
    @JsonProperty("IPPrefixLen") @Nullable Integer ipPrefixLen,
    @JsonProperty("IPv6Gateway") @Nullable String iPv6Gateway,
    @JsonProperty("MacAddress") @Nullable String macAddress,
    @JsonSetter(contentNulls = Nulls.SET) @JsonProperty("Networks")
        @Nullable Map<String, EndpointSettings> networks) {}
