package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the checks of a container found last. Engine API 1.51, definition {@code Health}. */
public record Health(
    @JsonProperty("Status") @Nullable String status,
    @JsonProperty("FailingStreak") @Nullable Integer failingStreak,
    @JsonProperty("Log") @Nullable List<HealthcheckResult> log) {}
