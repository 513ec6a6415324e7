package dev.gantry.image.change;

import dev.gantry.engine.EngineJson;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** {@code HEALTHCHECK [--interval=…] CMD …} and {@code HEALTHCHECK NONE}. */
final class HealthInstruction {
  private static final Map<String, String> DURATIONS =
      Map.of(
          "interval", "Interval",
          "timeout", "Timeout",
          "start-period", "StartPeriod",
          "start-interval", "StartInterval");
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Pattern PART =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");
  private static final long SHORTEST = 1_000_000;

  private HealthInstruction() {}

  /** The check in the form of the configuration. */
  static ObjectNode parse(String text) {
    ObjectNode check = EngineJson.MAPPER.createObjectNode();
    String rest = text;
    while (rest.startsWith("--")) {
      String[] parts = rest.split("\\s+", 2);
      flag(check, parts[0].substring(2));
      rest = parts.length > 1 ? parts[1] : "";
    }
    if (rest.isEmpty()) {
      throw Words.invalid("HEALTHCHECK requires at least one argument");
    }
    String[] parts = rest.split("\\s+", 2);
    String command = parts.length > 1 ? parts[1].strip() : "";
    switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "NONE" -> {
        if (!command.isEmpty()) {
          throw Words.invalid("HEALTHCHECK NONE takes no arguments");
        }
        check.removeAll();
        check.putArray("Test").add("NONE");
      }
      case "CMD" -> {
        if (command.isEmpty()) {
          throw Words.invalid("Missing command after HEALTHCHECK CMD");
        }
        var test = check.putArray("Test");
        List<String> words = Words.execForm(command).orElse(List.of());
        if (words.isEmpty()) {
          test.add("CMD-SHELL").add(command);
        } else {
          test.add("CMD");
          words.forEach(test::add);
        }
      }
      default -> throw Words.invalid("Unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
    }
    return check;
  }

  private static void flag(ObjectNode check, String flag) {
    String[] pair = flag.split("=", 2);
    String value = pair.length > 1 ? pair[1] : "";
    String field = DURATIONS.get(pair[0]);
    if (field != null) {
      long nanos = nanos(value);
      if (nanos != 0 && nanos < SHORTEST) {
        throw Words.invalid("Interval \"" + pair[0] + "\" cannot be less than 1ms");
      }
      check.put(field, nanos);
    } else if (pair[0].equals("retries")) {
      if (!value.matches("\\d{1,9}")) {
        throw Words.invalid("invalid value for --retries: " + value);
      }
      check.put("Retries", Integer.parseInt(value));
    } else {
      throw Words.invalid("unknown flag: --" + pair[0]);
    }
  }

  /** A duration as Go writes it: {@code 1m30s}. */
  private static long nanos(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher part = PART.matcher(text);
    BigDecimal sum = BigDecimal.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      sum =
          sum.add(
              new BigDecimal(part.group(1))
                  .multiply(BigDecimal.valueOf(UNITS.getOrDefault(part.group(2), 0L))));
      end = part.end();
    }
    if (end == 0 || end != text.length() || sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw Words.invalid("time: invalid duration \"" + text + "\"");
    }
    return sum.longValue();
  }
}
