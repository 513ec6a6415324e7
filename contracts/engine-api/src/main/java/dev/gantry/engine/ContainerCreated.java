package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a create. Engine API 1.51, definition {@code ContainerCreateResponse}. */
public record ContainerCreated(
    @JsonProperty("Id") @Nullable String id,
    @JsonProperty("Warnings") @Nullable List<String> warnings) {}
