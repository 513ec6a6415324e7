package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** A device of the host inside a container. Engine API 1.51, definition {@code DeviceMapping}. */
public record DeviceMapping(
    @JsonProperty("PathOnHost") @Nullable String pathOnHost,
    @JsonProperty("PathInContainer") @Nullable String pathInContainer,
    @JsonProperty("CgroupPermissions") @Nullable String cgroupPermissions) {}
