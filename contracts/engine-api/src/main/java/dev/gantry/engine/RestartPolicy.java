package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** When an ended container is started again. Engine API 1.51, definition {@code RestartPolicy}. */
public record RestartPolicy(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("MaximumRetryCount") @Nullable Integer maximumRetryCount) {}
