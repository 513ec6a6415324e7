package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Storage (Windows only). Engine API 1.51, definition {@code ContainerStorageStats}. */
public record ContainerStorageStats(
    @JsonProperty("read_count_normalized") @Nullable Long readCountNormalized,
    @JsonProperty("read_size_bytes") @Nullable Long readSizeBytes,
    @JsonProperty("write_count_normalized") @Nullable Long writeCountNormalized,
    @JsonProperty("write_size_bytes") @Nullable Long writeSizeBytes) {}
