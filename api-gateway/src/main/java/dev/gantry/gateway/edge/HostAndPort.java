package dev.gantry.gateway.edge;

/** An address to listen at, for example {@code 0.0.0.0:2376} or {@code [::]:2376}. */
record HostAndPort(String host, int port) {
  static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon < 1 || port < 0 || port > 65_535) {
        throw new IllegalArgumentException("not an address and a port: " + text);
      }
      String host = text.substring(0, colon);
      return new HostAndPort(
          host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
          port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an address and a port: " + text, e);
    }
  }
}
