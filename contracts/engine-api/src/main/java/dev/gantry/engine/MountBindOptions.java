package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Options of a mount of type bind. Engine API 1.51, definition {@code MountBindOptions}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MountBindOptions(
    @JsonProperty("Propagation") @Nullable String propagation,
    @JsonProperty("NonRecursive") @Nullable Boolean nonRecursive,
    @JsonProperty("CreateMountpoint") @Nullable Boolean createMountpoint,
    @JsonProperty("ReadOnlyNonRecursive") @Nullable Boolean readOnlyNonRecursive,
    @JsonProperty("ReadOnlyForceRecursive") @Nullable Boolean readOnlyForceRecursive) {}
