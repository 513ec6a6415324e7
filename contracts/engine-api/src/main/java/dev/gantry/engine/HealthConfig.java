package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The check that tells whether a container is healthy; durations in nanoseconds, 0 inherits. Engine
 * API 1.51, definition {@code HealthConfig}.
 */
public record HealthConfig(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Test") @Nullable List<String> test,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Interval") @Nullable Long interval,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Timeout") @Nullable Long timeout,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Retries") @Nullable Integer retries,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("StartPeriod")
        @Nullable Long startPeriod,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("StartInterval")
        @Nullable Long startInterval) {}
