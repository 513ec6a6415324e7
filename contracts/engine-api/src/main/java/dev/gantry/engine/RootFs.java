package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layers of an image by diff ID, lowest first. Engine API 1.51, definition {@code RootFs}. */
public record RootFs(
    @JsonProperty("Type") @Nullable String type,
    @JsonProperty("Layers") @Nullable List<String> layers) {}
