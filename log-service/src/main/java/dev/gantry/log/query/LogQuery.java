package dev.gantry.log.query;

import dev.gantry.log.chunk.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a reader wants of a container's output; the parameters of the Engine API's {@code
 * /containers/{id}/logs}.
 *
 * @param sinceNanos inclusive, nanoseconds since the epoch
 * @param untilNanos inclusive
 * @param tail only the last so many lines; empty for all
 */
public record LogQuery(
    boolean stdout,
    boolean stderr,
    boolean follow,
    boolean timestamps,
    long sinceNanos,
    long untilNanos,
    OptionalLong tail) {

  /**
   * Reads the parameters as clients send them.
   *
   * @throws IllegalArgumentException with the engine's own text where it has one
   */
  public static LogQuery parse(
      @Nullable String stdout,
      @Nullable String stderr,
      @Nullable String follow,
      @Nullable String timestamps,
      @Nullable String since,
      @Nullable String until,
      @Nullable String tail) {
    LogQuery query =
        new LogQuery(
            flag(stdout),
            flag(stderr),
            flag(follow),
            flag(timestamps),
            time("since", since, Long.MIN_VALUE),
            time("until", until, Long.MAX_VALUE),
            count(tail));
    if (!query.stdout && !query.stderr) {
      throw new IllegalArgumentException("Bad parameters: you must choose at least one stream");
    }
    return query;
  }

  /** Whether a line is of a stream and time that are wanted. */
  public boolean wants(Line line) {
    return (line.stream() == 2 ? stderr : stdout)
        && line.timeNanos() >= sinceNanos
        && line.timeNanos() <= untilNanos;
  }

  private static boolean flag(@Nullable String value) {
    return value != null
        && switch (value.strip()) {
          case "", "0", "no", "false", "none" -> false;
          default -> true;
        };
  }

  private static OptionalLong count(@Nullable String tail) {
    if (tail == null || tail.isEmpty() || tail.equals("all")) {
      return OptionalLong.empty();
    }
    try {
      long count = Long.parseLong(tail);
      return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    } catch (NumberFormatException _) {
      return OptionalLong.empty(); // as the engine: what is no number means all
    }
  }

  /** Seconds since the epoch with a fraction, or RFC 3339; 0 and nothing mean no bound. */
  private static long time(String name, @Nullable String value, long unbounded) {
    if (value == null || value.isEmpty() || value.equals("0")) {
      return unbounded;
    }
    try {
      if (value.indexOf('T') > 0) {
        return nanos(OffsetDateTime.parse(value).toInstant());
      }
      return new BigDecimal(value)
          .movePointRight(9)
          .setScale(0, RoundingMode.DOWN)
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException("invalid value for \"" + name + "\": " + value, e);
    }
  }

  private static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }
}
