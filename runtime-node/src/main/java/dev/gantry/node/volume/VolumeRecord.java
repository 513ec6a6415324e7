package dev.gantry.node.volume;

import dev.gantry.engine.TeamId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the node remembers of a volume ({@code volume.json}).
 *
 * @param options of the driver {@code local}, as they were given
 * @param anonymous made for one container without a name of its own
 */
public record VolumeRecord(
    TeamId team,
    String name,
    @Nullable Map<String, String> labels,
    @Nullable Map<String, String> options,
    boolean anonymous,
    Instant created) {
  /** How the engine marks an anonymous volume. */
  public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";
}
