package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A path that a container changed: 0 modified, 1 added, 2 deleted. Engine API 1.51, definition
 * {@code FilesystemChange}.
 */
public record FilesystemChange(
    @JsonProperty("Path") @Nullable String path, @JsonProperty("Kind") @Nullable Integer kind) {}
