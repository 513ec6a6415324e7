package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a list of volumes. Engine API 1.51, definition {@code VolumeListResponse}. */
public record VolumeList(
    @JsonProperty("Volumes") @Nullable List<Volume> volumes,
    @JsonProperty("Warnings") @Nullable List<String> warnings) {}
