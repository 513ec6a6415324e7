package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A rate for one block device, in bytes or operations a second. Engine API 1.51, definition {@code
 * ThrottleDevice}.
 */
public record ThrottleDevice(
    @JsonProperty("Path") @Nullable String path, @JsonProperty("Rate") @Nullable Long rate) {}
