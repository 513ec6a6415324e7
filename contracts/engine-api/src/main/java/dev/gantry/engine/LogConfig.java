package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The logging driver and its options. Engine API 1.51, definition {@code LogConfig}. */
public record LogConfig(
    @JsonProperty("Type") @Nullable String type,
    @JsonProperty("Config") @Nullable Map<String, String> config) {}
