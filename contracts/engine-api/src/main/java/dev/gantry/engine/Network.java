package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A network. Engine API 1.51, definition {@code Network}. */
public record Network(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Id") @Nullable String id,
    @JsonProperty("Created") @Nullable String created,
    @JsonProperty("Scope") @Nullable String scope,
    @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("EnableIPv4") @Nullable Boolean enableIpv4,
    @JsonProperty("EnableIPv6") @Nullable Boolean enableIpv6,
    @JsonProperty("IPAM") @Nullable Ipam ipam,
    @JsonProperty("Internal") @Nullable Boolean internal,
    @JsonProperty("Attachable") @Nullable Boolean attachable,
    @JsonProperty("Ingress") @Nullable Boolean ingress,
    @JsonProperty("ConfigFrom") @Nullable JsonNode configFrom,
    @JsonProperty("ConfigOnly") @Nullable Boolean configOnly,
    @JsonSetter(contentNulls = Nulls.SET) @JsonProperty("Containers")
        @Nullable Map<String, NetworkContainer> containers,
    @JsonProperty("Options") @Nullable Map<String, String> options,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Peers")
        @Nullable List<JsonNode> peers) {}
