package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Bytes and users of a volume; -1 where not measured. Engine API 1.51, definition {@code
 * VolumeUsage}.
 */
public record VolumeUsage(
    @JsonProperty("Size") @Nullable Long size, @JsonProperty("RefCount") @Nullable Long refCount) {}
