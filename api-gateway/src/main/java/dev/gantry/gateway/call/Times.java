package dev.gantry.gateway.call;

import static dev.gantry.gateway.call.Failures.invalid;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as the API takes and gives them. */
public final class Times {
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private static final Pattern STEP = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");

  private Times() {}

  /** Seconds since the epoch with a fraction, or RFC 3339, with or without a zone (then UTC). */
  public static Instant parse(String text) {
    try {
      if (text.contains("T")) {
        boolean zoned =
            text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10;
        return zoned
            ? OffsetDateTime.parse(text).toInstant()
            : LocalDateTime.parse(text).toInstant(java.time.ZoneOffset.UTC);
      }
      BigDecimal seconds = new BigDecimal(text);
      long whole = seconds.longValue();
      return Instant.ofEpochSecond(
          whole, seconds.subtract(BigDecimal.valueOf(whole)).multiply(NANOS).longValue());
    } catch (DateTimeException | NumberFormatException e) {
      throw invalid("failed to parse value as time or duration: \"" + text + "\"");
    }
  }

  /** A time, or how long ago it was, as {@code 24h} or {@code 10m30s} (Go's durations). */
  public static Instant before(String text, Instant now) {
    if (!text.matches("(" + STEP.pattern() + ")+")) {
      return parse(text);
    }
    Duration ago = Duration.ZERO;
    Matcher steps = STEP.matcher(text);
    while (steps.find()) {
      double nanos =
          Double.parseDouble(steps.group(1))
              * switch (steps.group(2)) {
                case "ns" -> 1;
                case "us" -> 1e3;
                case "ms" -> 1e6;
                case "s" -> 1e9;
                case "m" -> 60e9;
                default -> 3600e9;
              };
      ago = ago.plusNanos((long) nanos);
    }
    return now.minus(ago);
  }

  public static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
