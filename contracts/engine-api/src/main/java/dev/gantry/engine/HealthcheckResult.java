package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One run of a health check. Engine API 1.51, definition {@code HealthcheckResult}. */
public record HealthcheckResult(
    @JsonProperty("Start") @Nullable String start,
    @JsonProperty("End") @Nullable String end,
    @JsonProperty("ExitCode") @Nullable Integer exitCode,
    @JsonProperty("Output") @Nullable String output) {}
