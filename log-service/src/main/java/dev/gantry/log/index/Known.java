package dev.gantry.log.index;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a container.
 *
 * @param firstLine number of the oldest line that is kept
 * @param nextLine number of the line that comes next
 * @param ended the node said that nothing follows
 * @param removedAt when the container was removed, null while it is there
 */
public record Known(
    String id,
    String team,
    @Nullable String name,
    @Nullable String image,
    String node,
    @Nullable String nodeName,
    long firstLine,
    long nextLine,
    boolean ended,
    @Nullable Instant removedAt) {}
