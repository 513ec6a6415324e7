package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of the network settings that a list shows. Engine API 1.51, definition {@code
 * ContainerSummaryNetworkSettings}.
 */
public record ContainerSummaryNetworkSettings(
    @JsonSetter(contentNulls = Nulls.SET) @JsonProperty("Networks")
        @Nullable Map<String, EndpointSettings> networks) {}
