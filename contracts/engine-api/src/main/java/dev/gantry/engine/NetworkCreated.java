package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The answer to a network create. Engine API 1.51, definition {@code NetworkCreateResponse}. */
public record NetworkCreated(
    @JsonProperty("Id") @Nullable String id, @JsonProperty("Warning") @Nullable String warning) {}
