package dev.gantry.node.blob;

import java.time.Duration;

/**
 * How long one node waits for another.
 *
 * @param silence until a piece of 128 KiB is there
 * @param whole until a layer is there, whatever comes of it; then image-service is asked
 */
public record PeerLimits(Duration silence, Duration whole) {
  public static final PeerLimits DEFAULT =
      new PeerLimits(Duration.ofSeconds(5), Duration.ofMinutes(5));
}
