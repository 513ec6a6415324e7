package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container in full. Engine API 1.51, definition {@code ContainerInspectResponse}. */
public record ContainerInspect(
    @JsonProperty("Id") @Nullable String id,
    @JsonProperty("Created") @Nullable String created,
    @JsonProperty("Path") @Nullable String path,
    @JsonProperty("Args") @Nullable List<String> args,
    @JsonProperty("State") @Nullable ContainerState state,
    @JsonProperty("Image") @Nullable String image,
    @JsonProperty("ResolvConfPath") @Nullable String resolvConfPath,
    @JsonProperty("HostnamePath") @Nullable String hostnamePath,
    @JsonProperty("HostsPath") @Nullable String hostsPath,
    @JsonProperty("LogPath") @Nullable String logPath,
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("RestartCount") @Nullable Integer restartCount,
    @JsonProperty("Driver") @Nullable String driver,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Platform") @Nullable String platform,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ImageManifestDescriptor")
        @Nullable Descriptor imageManifestDescriptor,
    @JsonProperty("MountLabel") @Nullable String mountLabel,
    @JsonProperty("ProcessLabel") @Nullable String processLabel,
    @JsonProperty("AppArmorProfile") @Nullable String appArmorProfile,
    @JsonProperty("ExecIDs") @Nullable List<String> execIds,
    @JsonProperty("HostConfig") @Nullable HostConfig hostConfig,
    @JsonProperty("GraphDriver") @Nullable GraphDriver graphDriver,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("SizeRw") @Nullable Long sizeRw,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("SizeRootFs")
        @Nullable Long sizeRootFs,
    @JsonProperty("Mounts") @Nullable List<MountPoint> mounts,
    @JsonProperty("Config") @Nullable ContainerConfig config,
    @JsonProperty("NetworkSettings") @Nullable NetworkSettings networkSettings,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Node") @Nullable SwarmNode node) {}
