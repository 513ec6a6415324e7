package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the removal of an image untagged or deleted. Engine API 1.51, definition {@code
 * ImageDeleteResponseItem}.
 */
public record ImageDeleted(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Untagged") @Nullable String untagged,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Deleted") @Nullable String deleted) {}
