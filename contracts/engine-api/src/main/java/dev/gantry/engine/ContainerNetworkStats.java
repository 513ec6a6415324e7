package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Traffic of one interface. Engine API 1.51, definition {@code ContainerNetworkStats}. */
public record ContainerNetworkStats(
    @JsonProperty("rx_bytes") @Nullable Long rxBytes,
    @JsonProperty("rx_packets") @Nullable Long rxPackets,
    @JsonProperty("rx_errors") @Nullable Long rxErrors,
    @JsonProperty("rx_dropped") @Nullable Long rxDropped,
    @JsonProperty("tx_bytes") @Nullable Long txBytes,
    @JsonProperty("tx_packets") @Nullable Long txPackets,
    @JsonProperty("tx_errors") @Nullable Long txErrors,
    @JsonProperty("tx_dropped") @Nullable Long txDropped,
    @JsonProperty("endpoint_id") @Nullable String endpointId,
    @JsonProperty("instance_id") @Nullable String instanceId) {}
