package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** A resource limit; soft and hard. Engine API 1.51, definition {@code Ulimit}. */
public record Ulimit(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Soft") @Nullable Long soft,
    @JsonProperty("Hard") @Nullable Long hard) {}
