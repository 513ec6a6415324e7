package dev.gantry.services;

import dev.gantry.engine.ContainerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node to make an image of a container.
 *
 * @param repository with {@code tag} the name of the image; empty for none
 * @param pause whether the container stands still meanwhile
 * @param changes instructions of a Dockerfile
 * @param config what the client wants other than the container's
 */
public record CommitContainer(
    String repository,
    String tag,
    String comment,
    String author,
    boolean pause,
    List<String> changes,
    @Nullable ContainerConfig config) {}
