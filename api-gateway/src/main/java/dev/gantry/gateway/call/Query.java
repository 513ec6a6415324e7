package dev.gantry.gateway.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The query of a call. Read from the query alone, never from a body that calls itself a form; the
 * first of several equal names counts, as it does in Go.
 */
public final class Query {
  private final String raw;
  private final Map<String, List<String>> values;

  private Query(String raw, Map<String, List<String>> values) {
    this.raw = raw;
    this.values = values;
  }

  public static Query parse(@Nullable String raw) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
      }
    }
    return new Query(raw == null ? "" : raw, values);
  }

  /**
   * The query as another process takes it, with its question mark; empty without one. What lenient
   * clients leave raw is in the form that the other side insists on.
   */
  public String passedOn() {
    StringBuilder escaped = new StringBuilder(raw.length() + 1);
    for (char c : raw.toCharArray()) {
      if ("\"<>[\\]^`{|}".indexOf(c) >= 0) {
        escaped.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
      } else {
        escaped.append(c);
      }
    }
    return raw.isEmpty() ? "" : "?" + escaped;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid URL escape in query", e);
    }
  }

  public Map<String, List<String>> all() {
    return values;
  }

  /** The value; empty where it is absent or has no text. */
  public Optional<String> text(String name) {
    List<String> all = values.get(name);
    return all == null || all.getFirst().isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }

  public List<String> texts(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** As the engine reads a flag: anything but nothing, 0, no, false and none is true. */
  public boolean flag(String name) {
    return flag(name, false);
  }

  public boolean flag(String name, boolean absent) {
    if (!values.containsKey(name)) {
      return absent;
    }
    return switch (text(name).orElse("").strip().toLowerCase(Locale.ROOT)) {
      case "", "0", "no", "false", "none" -> false;
      default -> true;
    };
  }

  /** A whole number. */
  public Optional<Integer> number(String name) {
    return text(name)
        .map(
            text -> {
              try {
                return Integer.valueOf(text);
              } catch (NumberFormatException e) {
                throw new ServiceException(
                    ErrorCode.INVALID, "strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
              }
            });
  }
}
