package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** An address with its prefix length. Engine API 1.51, definition {@code Address}. */
public record Address(
    @JsonProperty("Addr") @Nullable String addr,
    @JsonProperty("PrefixLen") @Nullable Long prefixLen) {}
