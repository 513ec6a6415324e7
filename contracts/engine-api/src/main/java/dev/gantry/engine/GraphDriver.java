package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the storage driver keeps a file system. Engine API 1.51, definition {@code DriverData}. */
public record GraphDriver(
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Data") @Nullable Map<String, String> data) {}
