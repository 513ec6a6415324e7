package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The state of a container. Engine API 1.51, definition {@code ContainerState}. */
public record ContainerState(
    @JsonProperty("Status") @Nullable String status,
    @JsonProperty("Running") @Nullable Boolean running,
    @JsonProperty("Paused") @Nullable Boolean paused,
    @JsonProperty("Restarting") @Nullable Boolean restarting,
    @JsonProperty("OOMKilled") @Nullable Boolean oomKilled,
    @JsonProperty("Dead") @Nullable Boolean dead,
    @JsonProperty("Pid") @Nullable Integer pid,
    @JsonProperty("ExitCode") @Nullable Integer exitCode,
    @JsonProperty("Error") @Nullable String error,
    @JsonProperty("StartedAt") @Nullable String startedAt,
    @JsonProperty("FinishedAt") @Nullable String finishedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Health") @Nullable Health health) {}
