package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a container does not depend on its host; also the {@code config} of an image. Engine API
 * 1.51, definition {@code ContainerConfig}.
 */
public record ContainerConfig(
    @JsonProperty("Hostname") @Nullable String hostname,
    @JsonProperty("Domainname") @Nullable String domainname,
    @JsonProperty("User") @Nullable String user,
    @JsonProperty("AttachStdin") @Nullable Boolean attachStdin,
    @JsonProperty("AttachStdout") @Nullable Boolean attachStdout,
    @JsonProperty("AttachStderr") @Nullable Boolean attachStderr,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ExposedPorts")
        @Nullable Map<String, Map<String, String>> exposedPorts,
    @JsonProperty("Tty") @Nullable Boolean tty,
    @JsonProperty("OpenStdin") @Nullable Boolean openStdin,
    @JsonProperty("StdinOnce") @Nullable Boolean stdinOnce,
    @JsonProperty("Env") @Nullable List<String> env,
    @JsonProperty("Cmd") @Nullable List<String> cmd,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Healthcheck")
        @Nullable HealthConfig healthcheck,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ArgsEscaped")
        @Nullable Boolean argsEscaped,
    @JsonProperty("Image") @Nullable String image,
    @JsonProperty("Volumes") @Nullable Map<String, Map<String, String>> volumes,
    @JsonProperty("WorkingDir") @Nullable String workingDir,
    @JsonProperty("Entrypoint") @Nullable List<String> entrypoint,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("NetworkDisabled")
        @Nullable Boolean networkDisabled,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("MacAddress")
        @Nullable String macAddress,
    @JsonProperty("OnBuild") @Nullable List<String> onBuild,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("StopSignal")
        @Nullable String stopSignal,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("StopTimeout")
        @Nullable Integer stopTimeout,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Shell")
        @Nullable List<String> shell) {}
