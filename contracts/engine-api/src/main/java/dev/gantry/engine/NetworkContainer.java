package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** A container on a network. Engine API 1.51, definition {@code NetworkContainer}. */
public record NetworkContainer(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("EndpointID") @Nullable String endpointId,
    @JsonProperty("MacAddress") @Nullable String macAddress,
    @JsonProperty("IPv4Address") @Nullable String iPv4Address,
    @JsonProperty("IPv6Address") @Nullable String iPv6Address) {}
