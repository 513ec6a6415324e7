package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for devices by driver and capability. Engine API 1.51, definition {@code
 * DeviceRequest}.
 */
public record DeviceRequest(
    @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("Count") @Nullable Long count,
    @JsonProperty("DeviceIDs") @Nullable List<String> deviceIds,
    @JsonProperty("Capabilities") @Nullable List<List<String>> capabilities,
    @JsonProperty("Options") @Nullable Map<String, String> options) {}
