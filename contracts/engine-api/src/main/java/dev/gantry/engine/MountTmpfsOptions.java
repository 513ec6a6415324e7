package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options of a mount of type tmpfs; size in bytes. Engine API 1.51, definition {@code
 * MountTmpfsOptions}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MountTmpfsOptions(
    @JsonProperty("SizeBytes") @Nullable Long sizeBytes,
    @JsonProperty("Mode") @Nullable Long mode,
    @JsonProperty("Options") @Nullable List<List<String>> options) {}
