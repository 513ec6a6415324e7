package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processor time by mode; nanoseconds. Engine API 1.51, definition {@code ContainerCPUUsage}. */
public record ContainerCPUUsage(
    @JsonProperty("total_usage") @Nullable Long totalUsage,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("percpu_usage")
        @Nullable List<Long> percpuUsage,
    @JsonProperty("usage_in_kernelmode") @Nullable Long usageInKernelmode,
    @JsonProperty("usage_in_usermode") @Nullable Long usageInUsermode) {}
