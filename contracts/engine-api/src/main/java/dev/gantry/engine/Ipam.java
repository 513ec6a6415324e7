package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The address plan of a network. Engine API 1.51, definition {@code IPAM}. */
public record Ipam(
    @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("Config") @Nullable List<IpamConfig> config,
    @JsonProperty("Options") @Nullable Map<String, String> options) {}
