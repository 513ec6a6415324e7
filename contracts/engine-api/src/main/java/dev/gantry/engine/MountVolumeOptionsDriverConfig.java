package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The driver of a volume that a mount makes. Engine API 1.51, definition {@code
 * MountVolumeOptionsDriverConfig}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MountVolumeOptionsDriverConfig(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Options") @Nullable Map<String, String> options) {}
