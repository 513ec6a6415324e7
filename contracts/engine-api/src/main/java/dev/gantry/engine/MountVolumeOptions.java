package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of a mount of type volume. Engine API 1.51, definition {@code MountVolumeOptions}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MountVolumeOptions(
    @JsonProperty("NoCopy") @Nullable Boolean noCopy,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonProperty("DriverConfig") @Nullable MountVolumeOptionsDriverConfig driverConfig,
    @JsonProperty("Subpath") @Nullable String subpath) {}
