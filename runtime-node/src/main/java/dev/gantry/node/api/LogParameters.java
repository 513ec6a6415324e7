package dev.gantry.node.api;

import dev.gantry.node.log.LogQuery;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The query of a request for logs, as the Engine API spells it. */
final class LogParameters {
  private LogParameters() {}

  static LogQuery parse(Map<String, String> parameters) {
    return new LogQuery(
        flag(parameters.get("stdout")),
        flag(parameters.get("stderr")),
        flag(parameters.get("follow")),
        flag(parameters.get("timestamps")),
        flag(parameters.get("details")),
        tail(parameters.get("tail")),
        time("since", parameters.get("since")),
        time("until", parameters.get("until")));
  }

  private static boolean flag(@Nullable String value) {
    return value != null
        && !value.isEmpty()
        && !value.equals("0")
        && !value.equalsIgnoreCase("false")
        && !value.equalsIgnoreCase("no")
        && !value.equalsIgnoreCase("none");
  }

  /** Anything that is no number means all, as the engine has it. */
  private static OptionalLong tail(@Nullable String value) {
    if (value == null || !value.matches("[0-9]{1,18}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(value));
  }

  /** Seconds since the epoch with up to nine digits of fraction, or RFC 3339; 0 means none. */
  private static Optional<Instant> time(String name, @Nullable String value) {
    if (value == null || value.isEmpty() || value.equals("0")) {
      return Optional.empty();
    }
    try {
      if (value.matches("-?[0-9]+(\\.[0-9]*)?")) {
        String[] parts = value.split("\\.", 2);
        String fraction = parts.length < 2 ? "" : parts[1];
        long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(parts[0]), nanos));
      }
      return Optional.of(OffsetDateTime.parse(value).toInstant());
    } catch (DateTimeException | NumberFormatException e) {
      throw new ServiceException(
          ErrorCode.INVALID, "invalid value for \"" + name + "\": " + value, e);
    }
  }
}
