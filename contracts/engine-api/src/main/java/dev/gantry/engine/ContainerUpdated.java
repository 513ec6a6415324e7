package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to an update. Engine API 1.51, definition {@code ContainerUpdateResponse}. */
public record ContainerUpdated(@JsonProperty("Warnings") @Nullable List<String> warnings) {}
