package dev.gantry.node.container;

import dev.gantry.engine.ContainerId;
import java.time.Instant;
import java.util.Map;

/**
 * Something that happened to a container or to what belongs to it, short enough to be kept in the
 * record; name, image and labels are added when it is published.
 *
 * @param type container, network or volume
 * @param subject the id of the noun it happened to
 * @param attributes what this action adds
 */
public record Fact(
    String type, String subject, String action, Map<String, String> attributes, long timeNano) {

  /** Something that happened to a container and takes no more words. */
  public static Fact of(ContainerId container, String action, Instant at) {
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    return new Fact("container", container.value(), action, Map.of(), nanos);
  }
}
