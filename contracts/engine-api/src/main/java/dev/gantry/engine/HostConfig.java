package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a container depends on its host. Absent, null and zero are kept apart: a component is
 * null where the client said nothing. Engine API 1.51, definition {@code HostConfig}.
 */
public record HostConfig(
    @JsonProperty("CpuShares") @Nullable Long cpuShares,
    @JsonProperty("Memory") @Nullable Long memory,
    @JsonProperty("CgroupParent") @Nullable String cgroupParent,
    @JsonProperty("BlkioWeight") @Nullable Integer blkioWeight,
    @JsonProperty("BlkioWeightDevice")
        @Nullable List<HostConfigBlkioWeightDevice> blkioWeightDevice,
    @JsonProperty("BlkioDeviceReadBps") @Nullable List<ThrottleDevice> blkioDeviceReadBps,
    @JsonProperty("BlkioDeviceWriteBps") @Nullable List<ThrottleDevice> blkioDeviceWriteBps,
    @JsonProperty("BlkioDeviceReadIOps") @Nullable List<ThrottleDevice> blkioDeviceReadIOps,
    @JsonProperty("BlkioDeviceWriteIOps") @Nullable List<ThrottleDevice> blkioDeviceWriteIOps,
    @JsonProperty("CpuPeriod") @Nullable Long cpuPeriod,
    @JsonProperty("CpuQuota") @Nullable Long cpuQuota,
    @JsonProperty("CpuRealtimePeriod") @Nullable Long cpuRealtimePeriod,
    @JsonProperty("CpuRealtimeRuntime") @Nullable Long cpuRealtimeRuntime,
    @JsonProperty("CpusetCpus") @Nullable String cpusetCpus,
    @JsonProperty("CpusetMems") @Nullable String cpusetMems,
    @JsonProperty("Devices") @Nullable List<DeviceMapping> devices,
    @JsonProperty("DeviceCgroupRules") @Nullable List<String> deviceCgroupRules,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("DeviceRequests")
        @Nullable List<DeviceRequest> deviceRequests,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("KernelMemoryTCP")
        @Nullable Long kernelMemoryTCP,
    @JsonProperty("MemoryReservation") @Nullable Long memoryReservation,
    @JsonProperty("MemorySwap") @Nullable Long memorySwap,
    @JsonProperty("MemorySwappiness") @Nullable Integer memorySwappiness,
    @JsonProperty("NanoCpus") @Nullable Long nanoCpus,
    @JsonProperty("OomKillDisable") @Nullable Boolean oomKillDisable,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Init") @Nullable Boolean init,
    @JsonProperty("PidsLimit") @Nullable Long pidsLimit,
    @JsonProperty("Ulimits") @Nullable List<Ulimit> ulimits,
    @JsonProperty("CpuCount") @Nullable Long cpuCount,
    @JsonProperty("CpuPercent") @Nullable Long cpuPercent,
    @JsonProperty("IOMaximumIOps") @Nullable Long ioMaximumIOps,
    @JsonProperty("IOMaximumBandwidth") @Nullable Long ioMaximumBandwidth,
    @JsonProperty("Binds") @Nullable List<String> binds,
    @JsonProperty("ContainerIDFile") @Nullable String containerIDFile,
    @JsonProperty("LogConfig") @Nullable LogConfig logConfig,
    @JsonProperty("NetworkMode") @Nullable String networkMode,
    @JsonSetter(contentNulls = Nulls.SET) @JsonProperty("PortBindings")
        @Nullable Map<String, @Nullable List<PortBinding>> portBindings,
    @JsonProperty("RestartPolicy") @Nullable RestartPolicy restartPolicy,
    @JsonProperty("AutoRemove") @Nullable Boolean autoRemove,
    @JsonProperty("VolumeDriver") @Nullable String volumeDriver,
    @JsonProperty("VolumesFrom") @Nullable List<String> volumesFrom,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Mounts") @Nullable List<Mount> mounts,
    @JsonProperty("ConsoleSize") @Nullable List<Long> consoleSize,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Annotations")
        @Nullable Map<String, String> annotations,
    @JsonProperty("CapAdd") @Nullable List<String> capAdd,
    @JsonProperty("CapDrop") @Nullable List<String> capDrop,
    @JsonProperty("CgroupnsMode") @Nullable String cgroupnsMode,
    @JsonProperty("Dns") @Nullable List<String> dns,
    @JsonProperty("DnsOptions") @Nullable List<String> dnsOptions,
    @JsonProperty("DnsSearch") @Nullable List<String> dnsSearch,
    @JsonProperty("ExtraHosts") @Nullable List<String> extraHosts,
    @JsonProperty("GroupAdd") @Nullable List<String> groupAdd,
    @JsonProperty("IpcMode") @Nullable String ipcMode,
    @JsonProperty("Cgroup") @Nullable String cgroup,
    @JsonProperty("Links") @Nullable List<String> links,
    @JsonProperty("OomScoreAdj") @Nullable Integer oomScoreAdj,
    @JsonProperty("PidMode") @Nullable String pidMode,
    @JsonProperty("Privileged") @Nullable Boolean privileged,
    @JsonProperty("PublishAllPorts") @Nullable Boolean publishAllPorts,
    @JsonProperty("ReadonlyRootfs") @Nullable Boolean readonlyRootfs,
    @JsonProperty("SecurityOpt") @Nullable List<String> securityOpt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("StorageOpt")
        @Nullable Map<String, String> storageOpt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Tmpfs")
        @Nullable Map<String, String> tmpfs,
    @JsonProperty("UTSMode") @Nullable String utsMode,
    @JsonProperty("UsernsMode") @Nullable String usernsMode,
    @JsonProperty("ShmSize") @Nullable Long shmSize,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Sysctls")
        @Nullable Map<String, String> sysctls,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Runtime") @Nullable String runtime,
    @JsonProperty("Isolation") @Nullable String isolation,
    @JsonProperty("MaskedPaths") @Nullable List<String> maskedPaths,
    @JsonProperty("ReadonlyPaths") @Nullable List<String> readonlyPaths,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("KernelMemory")
        @Nullable Long kernelMemory) {}
