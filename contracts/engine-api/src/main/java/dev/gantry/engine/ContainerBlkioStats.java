package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Block I/O; the lists are never null for clients on cgroup v1. Engine API 1.51, definition {@code
 * ContainerBlkioStats}.
 */
public record ContainerBlkioStats(
    @JsonProperty("io_service_bytes_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioServiceBytesRecursive,
    @JsonProperty("io_serviced_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioServicedRecursive,
    @JsonProperty("io_queue_recursive") @Nullable List<ContainerBlkioStatEntry> ioQueueRecursive,
    @JsonProperty("io_service_time_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioServiceTimeRecursive,
    @JsonProperty("io_wait_time_recursive")
        @Nullable List<ContainerBlkioStatEntry> ioWaitTimeRecursive,
    @JsonProperty("io_merged_recursive") @Nullable List<ContainerBlkioStatEntry> ioMergedRecursive,
    @JsonProperty("io_time_recursive") @Nullable List<ContainerBlkioStatEntry> ioTimeRecursive,
    @JsonProperty("sectors_recursive") @Nullable List<ContainerBlkioStatEntry> sectorsRecursive) {}
