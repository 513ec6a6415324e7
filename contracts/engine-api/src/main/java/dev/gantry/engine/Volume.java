package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A volume. Engine API 1.51, definition {@code Volume}. */
public record Volume(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("Mountpoint") @Nullable String mountpoint,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("CreatedAt")
        @Nullable String createdAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Status")
        @Nullable Map<String, Map<String, String>> status,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonProperty("Scope") @Nullable String scope,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ClusterVolume")
        @Nullable JsonNode clusterVolume,
    @JsonProperty("Options") @Nullable Map<String, String> options,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("UsageData")
        @Nullable VolumeUsage usageData) {}
