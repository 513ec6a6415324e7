package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An image in a list. Engine API 1.51, definition {@code ImageSummary}. */
public record ImageSummary(
    @JsonProperty("Id") @Nullable String id,
    @JsonProperty("ParentId") @Nullable String parentId,
    @JsonProperty("RepoTags") @Nullable List<String> repoTags,
    @JsonProperty("RepoDigests") @Nullable List<String> repoDigests,
    @JsonProperty("Created") @Nullable Long created,
    @JsonProperty("Size") @Nullable Long size,
    @JsonProperty("SharedSize") @Nullable Long sharedSize,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonProperty("Containers") @Nullable Long containers,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Manifests")
        @Nullable List<JsonNode> manifests,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Descriptor")
        @Nullable Descriptor descriptor,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("VirtualSize")
        @Nullable Long virtualSize) {}
