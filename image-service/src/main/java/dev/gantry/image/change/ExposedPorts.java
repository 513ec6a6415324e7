package dev.gantry.image.change;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** What {@code EXPOSE} takes: {@code 80}, {@code 53/udp}, {@code 8000-8010/tcp}. */
final class ExposedPorts {
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(\\w+))?");
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
  private static final int HIGHEST = 65535;

  private ExposedPorts() {}

  static void add(ObjectNode ports, List<String> words) {
    for (String word : words) {
      Matcher parts = PORTS.matcher(word);
      if (!parts.matches()) {
        throw Words.invalid("invalid containerPort: " + word);
      }
      String protocol = parts.group(3) == null ? "tcp" : parts.group(3).toLowerCase(Locale.ROOT);
      if (!PROTOCOLS.contains(protocol)) {
        throw Words.invalid("invalid proto: " + protocol);
      }
      int first = Integer.parseInt(parts.group(1));
      int last = parts.group(2) == null ? first : Integer.parseInt(parts.group(2));
      if (last > HIGHEST || first > last) {
        throw Words.invalid("invalid containerPort: " + word);
      }
      for (int port = first; port <= last; port++) {
        ports.putObject(port + "/" + protocol);
      }
    }
  }
}
