package dev.gantry.node.network;

/**
 * A published port.
 *
 * @param address of the endpoint that it leads to; empty while it leads nowhere
 */
record Publication(String protocol, String hostAddress, int hostPort, String address, int port) {
  boolean isOnAnyAddress() {
    return hostAddress.equals("0.0.0.0");
  }

  boolean leads() {
    return !address.isEmpty();
  }

  Publication to(String other) {
    return new Publication(protocol, hostAddress, hostPort, other, port);
  }

  /** As an element of the packet filter's map (nft(8)). */
  String element() {
    return "%s : %s . %d".formatted(key(), address, port);
  }

  /** The key of the element. */
  String key() {
    return isOnAnyAddress()
        ? "%s . %d".formatted(protocol, hostPort)
        : "%s . %s . %d".formatted(protocol, hostAddress, hostPort);
  }

  /** The map of the packet filter that it is in. */
  String map() {
    return isOnAnyAddress() ? "published_any" : "published_at";
  }
}
