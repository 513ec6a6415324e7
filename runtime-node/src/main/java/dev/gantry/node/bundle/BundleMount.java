package dev.gantry.node.bundle;

import java.util.List;

/**
 * One mount beyond those that every container has (runtime-spec, config.md, "Mounts").
 *
 * @param type {@code bind} or a file system
 */
public record BundleMount(String type, String source, String destination, List<String> options) {}
