package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** An address and port of the host. Engine API 1.51, definition {@code PortBinding}. */
public record PortBinding(
    @JsonProperty("HostIp") @Nullable String hostIp,
    @JsonProperty("HostPort") @Nullable String hostPort) {}
