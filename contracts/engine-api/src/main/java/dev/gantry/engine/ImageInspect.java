package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An image in full. Engine API 1.51, definition {@code ImageInspect}. */
public record ImageInspect(
    @JsonProperty("Id") @Nullable String id,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Descriptor")
        @Nullable Descriptor descriptor,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Manifests")
        @Nullable List<JsonNode> manifests,
    @JsonProperty("RepoTags") @Nullable List<String> repoTags,
    @JsonProperty("RepoDigests") @Nullable List<String> repoDigests,
    @JsonProperty("Parent") @Nullable String parent,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Comment") @Nullable String comment,
    @JsonProperty("Created") @Nullable String created,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("DockerVersion")
        @Nullable String dockerVersion,
    @JsonProperty("Author") @Nullable String author,
    @JsonProperty("Config") @Nullable ContainerConfig config,
    @JsonProperty("Architecture") @Nullable String architecture,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Variant") @Nullable String variant,
    @JsonProperty("Os") @Nullable String os,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("OsVersion")
        @Nullable String osVersion,
    @JsonProperty("Size") @Nullable Long size,
    @JsonProperty("GraphDriver") @Nullable GraphDriver graphDriver,
    @JsonProperty("RootFS") @Nullable RootFs rootFS,
    @JsonProperty("Metadata") @Nullable ImageMetadata metadata) {}
