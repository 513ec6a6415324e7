package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OCI content descriptor (image-spec, descriptor.md). Engine API 1.51, definition {@code
 * OCIDescriptor}.
 */
public record Descriptor(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("mediaType")
        @Nullable String mediaType,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("digest") @Nullable String digest,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("size") @Nullable Long size,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("urls") @Nullable List<String> urls,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("annotations")
        @Nullable Map<String, String> annotations,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("data") @Nullable String data,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("platform")
        @Nullable OciPlatform platform,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("artifactType")
        @Nullable String artifactType) {}
