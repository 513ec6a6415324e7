package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Memory; bytes. Engine API 1.51, definition {@code ContainerMemoryStats}. */
public record ContainerMemoryStats(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("usage") @Nullable Long usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("max_usage") @Nullable Long maxUsage,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("stats")
        @Nullable Map<String, Long> stats,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("failcnt") @Nullable Long failcnt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("limit") @Nullable Long limit,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("commitbytes")
        @Nullable Long commitbytes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("commitpeakbytes")
        @Nullable Long commitpeakbytes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("privateworkingset")
        @Nullable Long privateworkingset) {}
