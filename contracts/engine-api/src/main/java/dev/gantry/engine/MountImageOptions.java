package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Options of a mount of type image. Engine API 1.51, definition {@code MountImageOptions}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MountImageOptions(@JsonProperty("Subpath") @Nullable String subpath) {}
