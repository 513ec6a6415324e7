package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One sample of the use of resources. Engine API 1.51, definition {@code ContainerStatsResponse}.
 */
public record ContainerStats(
    @JsonProperty("name") @Nullable String name,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("read") @Nullable String read,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("preread") @Nullable String preread,
    @JsonProperty("pids_stats") @Nullable ContainerPidsStats pidsStats,
    @JsonProperty("blkio_stats") @Nullable ContainerBlkioStats blkioStats,
    @JsonProperty("num_procs") @Nullable Integer numProcs,
    @JsonProperty("storage_stats") @Nullable ContainerStorageStats storageStats,
    @JsonProperty("cpu_stats") @Nullable ContainerCPUStats cpuStats,
    @JsonProperty("precpu_stats") @Nullable ContainerCPUStats precpuStats,
    @JsonProperty("memory_stats") @Nullable ContainerMemoryStats memoryStats,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("networks")
        @Nullable JsonNode networks) {}
