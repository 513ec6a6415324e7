package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Processor time; nanoseconds. Engine API 1.51, definition {@code ContainerCPUStats}. */
public record ContainerCPUStats(
    @JsonProperty("cpu_usage") @Nullable ContainerCPUUsage cpuUsage,
    @JsonProperty("system_cpu_usage") @Nullable Long systemCpuUsage,
    @JsonProperty("online_cpus") @Nullable Integer onlineCpus,
    @JsonProperty("throttling_data") @Nullable ContainerThrottlingData throttlingData) {}
