package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Processes and their limit. Engine API 1.51, definition {@code ContainerPidsStats}. */
public record ContainerPidsStats(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("current") @Nullable Long current,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("limit") @Nullable Long limit) {}
