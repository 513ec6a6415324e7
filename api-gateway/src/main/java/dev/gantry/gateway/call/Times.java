package dev.gantry.gateway.call;

import static dev.gantry.gateway.call.Failures.invalid;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;

/** Times as the API takes and gives them. */
public final class Times {
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

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

  public static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
