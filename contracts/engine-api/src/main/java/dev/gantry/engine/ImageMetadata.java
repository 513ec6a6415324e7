package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the store, not the image, knows of an image. Engine API 1.51, definition {@code
 * ImageMetadata}.
 */
public record ImageMetadata(@JsonProperty("LastTagTime") @Nullable String lastTagTime) {}
