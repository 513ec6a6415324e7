package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The body of a volume create. Engine API 1.51, definition {@code VolumeCreateOptions}. */
public record VolumeCreateOptions(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Driver") @Nullable String driver,
    @JsonProperty("DriverOpts") @Nullable Map<String, String> driverOpts,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonProperty("ClusterVolumeSpec") @Nullable JsonNode clusterVolumeSpec) {}
