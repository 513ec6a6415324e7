package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where a container has a volume, a bind or a tmpfs, as inspect tells it. Engine API 1.51,
 * definition {@code MountPoint}.
 */
public record MountPoint(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Type") @Nullable String type,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Source") @Nullable String source,
    @JsonProperty("Destination") @Nullable String destination,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("Mode") @Nullable String mode,
    @JsonProperty("RW") @Nullable Boolean rw,
    @JsonProperty("Propagation") @Nullable String propagation) {}
