package dev.gantry.image.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be shown who asks (RFC 9110, 11.6.1): {@code Bearer realm="https://…"}.
 *
 * @param scheme in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PART =
      Pattern.compile(
          "\\G[\\s,]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]*)))?");

  /** The challenges of all headers, in order. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      Matcher part = PART.matcher(header);
      while (part.find()) {
        String quoted = part.group(2);
        String value = quoted != null ? quoted.replaceAll("\\\\(.)", "$1") : part.group(3);
        if (value == null) {
          challenges.add(new Challenge(part.group(1).toLowerCase(Locale.ROOT), new HashMap<>()));
        } else if (!challenges.isEmpty()) {
          challenges.getLast().parameters.put(part.group(1).toLowerCase(Locale.ROOT), value);
        }
      }
    }
    return challenges;
  }

  static Optional<Challenge> of(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(one -> one.scheme.equals(scheme)).findFirst();
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
