package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Why a wait failed. Engine API 1.51, definition {@code ContainerWaitExitError}. */
public record ContainerExitError(@JsonProperty("Message") @Nullable String message) {}
