package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How often the processor quota held a container back. Engine API 1.51, definition {@code
 * ContainerThrottlingData}.
 */
public record ContainerThrottlingData(
    @JsonProperty("periods") @Nullable Long periods,
    @JsonProperty("throttled_periods") @Nullable Long throttledPeriods,
    @JsonProperty("throttled_time") @Nullable Long throttledTime) {}
