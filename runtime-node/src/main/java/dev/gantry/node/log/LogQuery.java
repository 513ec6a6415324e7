package dev.gantry.node.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a reader wants of a container's output.
 *
 * @param tail only the last so many lines; empty for all
 * @param since inclusive
 * @param until inclusive
 * @param details whether each line is led by the container's log attributes
 */
public record LogQuery(
    boolean stdout,
    boolean stderr,
    boolean follow,
    boolean timestamps,
    boolean details,
    OptionalLong tail,
    Optional<Instant> since,
    Optional<Instant> until) {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS").withZone(ZoneOffset.UTC);

  /** Everything that was written, both streams. */
  public static LogQuery all(boolean follow) {
    return new LogQuery(
        true, true, follow, false, false, OptionalLong.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * A time in the notation of the log file, so that lines are compared by their bytes and no line's
   * time is ever parsed.
   */
  static byte[] stamp(Instant time) {
    return STAMP.format(time).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
