package dev.gantry.node.bundle;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.runtime.OciRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything from which a bundle is made.
 *
 * @param runtime who reads it
 * @param config with the image's part merged in
 * @param host with defaults filled in
 * @param environment the config's variables, and before them those of links
 * @param rootfs the snapshot, mounted
 * @param mounts volumes, binds and tmpfs, resolved to paths of the host
 * @param namespaces kind (runtime-spec, config-linux.md) to the path of one to join; empty text
 *     makes a new one, a missing kind shares the host's
 * @param cgroupsPath below every hierarchy, for example {@code /gantry/NODE/ID}
 */
public record BundleInput(
    String id,
    OciRuntime.Kind runtime,
    String hostname,
    ContainerConfig config,
    HostConfig host,
    List<String> environment,
    Path rootfs,
    EtcFiles etc,
    List<BundleMount> mounts,
    Map<String, String> namespaces,
    String cgroupsPath) {}
