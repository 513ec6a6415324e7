package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of the history of an image. Engine API 1.51, definition {@code
 * ImageHistoryResponseItem}.
 */
public record ImageHistoryItem(
    @JsonProperty("Id") @Nullable String id,
    @JsonProperty("Created") @Nullable Long created,
    @JsonProperty("CreatedBy") @Nullable String createdBy,
    @JsonProperty("Tags") @Nullable List<String> tags,
    @JsonProperty("Size") @Nullable Long size,
    @JsonProperty("Comment") @Nullable String comment) {}
