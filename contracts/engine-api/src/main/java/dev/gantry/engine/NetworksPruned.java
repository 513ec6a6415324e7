package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of the networks that were removed. Engine API 1.51, answer of {@code NetworkPrune}. */
public record NetworksPruned(
    @JsonProperty("NetworksDeleted") @Nullable List<String> networksDeleted) {}
