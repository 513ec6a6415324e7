package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that an endpoint asks for. Engine API 1.51, definition {@code EndpointIPAMConfig}.
 */
public record EndpointIpamConfig(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("IPv4Address")
        @Nullable String iPv4Address,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("IPv6Address")
        @Nullable String iPv6Address,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("LinkLocalIPs")
        @Nullable List<String> linkLocalIPs) {}
