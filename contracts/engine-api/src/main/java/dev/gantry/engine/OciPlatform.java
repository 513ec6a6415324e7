package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An OCI platform (image-spec, image-index.md). Engine API 1.51, definition {@code OCIPlatform}.
 */
public record OciPlatform(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("architecture")
        @Nullable String architecture,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("os") @Nullable String os,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("os.version")
        @Nullable String osVersion,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("os.features")
        @Nullable List<String> osFeatures,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("variant") @Nullable String variant) {}
