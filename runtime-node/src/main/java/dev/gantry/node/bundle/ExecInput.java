package dev.gantry.node.bundle;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.HostConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything from which the process of an exec is made.
 *
 * @param environment variables of the container's links
 * @param rootfs the container's file system, as it is seen from the host
 * @param inside the same as its processes see it, with all that is mounted
 */
public record ExecInput(
    ExecCreateRequest exec,
    ExecStartRequest start,
    ContainerConfig config,
    HostConfig host,
    List<String> environment,
    Path rootfs,
    Path inside) {}
