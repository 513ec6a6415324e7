package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The answer to a wait. Engine API 1.51, definition {@code ContainerWaitResponse}. */
public record ContainerExit(
    @JsonProperty("StatusCode") @Nullable Long statusCode,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Error")
        @Nullable ContainerExitError error) {}
