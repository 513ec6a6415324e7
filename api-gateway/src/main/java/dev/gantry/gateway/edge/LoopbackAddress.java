package dev.gantry.gateway.edge;

import java.util.regex.Pattern;

/**
 * Where the plain door may be: loopback only. Whoever reaches it is root on every host, so any
 * other address stops the start.
 */
record LoopbackAddress(String host, int port) {
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|::1|localhost");

  static LoopbackAddress parse(String text) {
    HostAndPort address = HostAndPort.parse(text);
    if (!LOOPBACK.matcher(address.host()).matches()) {
      throw new IllegalArgumentException(
          "Plain TCP is served on loopback only, and "
              + text
              + " is not: anyone who reaches that port would be root on every host."
              + " Use gantry.edge.tls, which asks for a client certificate, or 127.0.0.1.");
    }
    return new LoopbackAddress(
        address.host().equals("localhost") ? "127.0.0.1" : address.host(), address.port());
  }
}
