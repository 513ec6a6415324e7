package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of the host configuration that a list shows. Engine API 1.51, definition {@code
 * ContainerSummaryHostConfig}.
 */
public record ContainerSummaryHostConfig(
    @JsonProperty("NetworkMode") @Nullable String networkMode,
    @JsonProperty("Annotations") @Nullable Map<String, String> annotations) {}
