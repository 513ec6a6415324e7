package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One subnet of a network. Engine API 1.51, definition {@code IPAMConfig}. */
public record IpamConfig(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Subnet") @Nullable String subnet,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("IPRange") @Nullable String ipRange,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Gateway") @Nullable String gateway,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("AuxiliaryAddresses")
        @Nullable Map<String, String> auxiliaryAddresses) {}
