package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container in a list. Engine API 1.51, definition {@code ContainerSummary}. */
public record ContainerSummary(
    @JsonProperty("Id") @Nullable String id,
    @JsonProperty("Names") @Nullable List<String> names,
    @JsonProperty("Image") @Nullable String image,
    @JsonProperty("ImageID") @Nullable String imageId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("ImageManifestDescriptor")
        @Nullable Descriptor imageManifestDescriptor,
    @JsonProperty("Command") @Nullable String command,
    @JsonProperty("Created") @Nullable Long created,
    @JsonProperty("Ports") @Nullable List<ContainerPort> ports,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("SizeRw") @Nullable Long sizeRw,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("SizeRootFs")
        @Nullable Long sizeRootFs,
    @JsonProperty("Labels") @Nullable Map<String, String> labels,
    @JsonProperty("State") @Nullable String state,
    @JsonProperty("Status") @Nullable String status,
    @JsonProperty("HostConfig") @Nullable ContainerSummaryHostConfig hostConfig,
    @JsonProperty("NetworkSettings") @Nullable ContainerSummaryNetworkSettings networkSettings,
    @JsonProperty("Mounts") @Nullable List<MountPoint> mounts) {}
