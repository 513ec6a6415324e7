package dev.gantry.log.api;

import dev.gantry.log.chunk.Line;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The time of a line as the engine writes it. */
final class Stamp {
  private static final long NANOS = 1_000_000_000L;
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

  private Stamp() {}

  static String of(Line line) {
    return FORM.format(
        Instant.ofEpochSecond(
            Math.floorDiv(line.timeNanos(), NANOS), Math.floorMod(line.timeNanos(), NANOS)));
  }
}
