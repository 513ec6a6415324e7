package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ports of a protocol: {@code 80}, {@code 80/udp}, {@code 8000-8010/tcp}. */
record PortRange(int first, int last, String protocol) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/([a-z]+))?");

  static PortRange parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw invalid("invalid port range '" + text + "'");
    }
    int first = Integer.parseInt(form.group(1));
    int last = form.group(2) == null ? first : Integer.parseInt(form.group(2));
    return new PortRange(first, last, form.group(3) == null ? "tcp" : form.group(3));
  }

  boolean has(int port, @Nullable String ofProtocol) {
    return port >= first && port <= last && protocol.equals(ofProtocol);
  }
}
