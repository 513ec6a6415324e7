package dev.gantry.node.volume;

import dev.gantry.engine.Digest;
import java.util.List;

/**
 * The image that a mount shows, by digests only.
 *
 * @param diffIds of its layers, lowest first
 */
public record MountedImage(Digest id, List<Digest> diffIds) {}
