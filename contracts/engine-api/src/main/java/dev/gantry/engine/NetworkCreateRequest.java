package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client asks for in a network. Engine API 1.51, definition {@code NetworkCreateRequest}.
 */
public record NetworkCreateRequest(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("Scope") @Nullable String scope,
    @JsonProperty("Internal") @Nullable Boolean internal,
    @JsonProperty("Attachable") @Nullable Boolean attachable,
    @JsonProperty("Ingress") @Nullable Boolean ingress,
    @JsonProperty("ConfigOnly") @Nullable Boolean configOnly,
    @JsonProperty("ConfigFrom") @Nullable JsonNode configFrom,
    @JsonProperty("IPAM") @Nullable Ipam ipam,
    @JsonProperty("EnableIPv4") @Nullable Boolean enableIpv4,
    @JsonProperty("EnableIPv6") @Nullable Boolean enableIpv6,
    @JsonProperty("Options") @Nullable Map<String, String> options,
    @JsonProperty("Labels") @Nullable Map<String, String> labels) {}
