package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A block I/O weight for one device. Engine API 1.51, definition {@code
 * HostConfigBlkioWeightDevice}.
 */
public record HostConfigBlkioWeightDevice(
    @JsonProperty("Path") @Nullable String path, @JsonProperty("Weight") @Nullable Long weight) {}
