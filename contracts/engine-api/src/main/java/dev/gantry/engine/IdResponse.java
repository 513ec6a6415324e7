package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** An answer that is an id. Engine API 1.51, definition {@code IDResponse}. */
public record IdResponse(@JsonProperty("Id") @Nullable String id) {}
