package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** A mount asked for at create ({@code --mount}). Engine API 1.51, definition {@code Mount}. */
public record Mount(
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Target") @Nullable String target,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Source") @Nullable String source,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Type") @Nullable String type,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ReadOnly") @Nullable Boolean readOnly,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Consistency")
        @Nullable String consistency,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("BindOptions")
        @Nullable MountBindOptions bindOptions,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("VolumeOptions")
        @Nullable MountVolumeOptions volumeOptions,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ImageOptions")
        @Nullable MountImageOptions imageOptions,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("TmpfsOptions")
        @Nullable MountTmpfsOptions tmpfsOptions) {}
