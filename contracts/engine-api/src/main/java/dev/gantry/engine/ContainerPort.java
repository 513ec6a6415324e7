package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One port of a container in a list of containers. Engine API 1.51, definition {@code Port}. */
public record ContainerPort(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("IP") @Nullable String ip,
    @JsonProperty("PrivatePort") @Nullable Integer privatePort,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("PublicPort")
        @Nullable Integer publicPort,
    @JsonProperty("Type") @Nullable String type) {}
