package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The processes of a container. Engine API 1.51, definition {@code ContainerTopResponse}. */
public record ContainerTop(
    @JsonProperty("Titles") @Nullable List<String> titles,
    @JsonProperty("Processes") @Nullable List<List<String>> processes) {}
