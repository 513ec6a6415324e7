package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One counter of one block device. Engine API 1.51, definition {@code ContainerBlkioStatEntry}. */
public record ContainerBlkioStatEntry(
    @JsonProperty("major") @Nullable Long major,
    @JsonProperty("minor") @Nullable Long minor,
    @JsonProperty("op") @Nullable String op,
    @JsonProperty("value") @Nullable Long value) {}
