package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The networks that a container joins at create. Engine API 1.51, definition {@code
 * NetworkingConfig}.
 */
public record NetworkingConfig(
    @JsonSetter(contentNulls = Nulls.SET) @JsonProperty("EndpointsConfig")
        @Nullable Map<String, EndpointSettings> endpointsConfig) {}
