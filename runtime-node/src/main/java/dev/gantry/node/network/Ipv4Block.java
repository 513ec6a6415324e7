package dev.gantry.node.network;

import java.net.Inet4Address;
import java.net.InetAddress;

/** A block of IPv4 addresses in the notation of RFC 4632, for example {@code 172.18.3.0/24}. */
record Ipv4Block(int base, int prefixLength) {
  static Ipv4Block parse(String text) {
    int slash = text.indexOf('/');
    int prefix = Integer.parseInt(text.substring(slash + 1));
    return new Ipv4Block(number(text.substring(0, slash)) & mask(prefix), prefix);
  }

  static int number(String address) {
    byte[] bytes = ((Inet4Address) InetAddress.ofLiteral(address)).getAddress();
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | bytes[3] & 0xff;
  }

  static String text(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  private static int mask(int prefix) {
    return prefix == 0 ? 0 : -1 << (32 - prefix);
  }

  int size() {
    return prefixLength == 0 ? Integer.MAX_VALUE : 1 << (32 - prefixLength);
  }

  boolean contains(int address) {
    return (address & mask(prefixLength)) == base;
  }

  /** The first and the last address of a subnet belong to nobody. */
  boolean isEdge(int address) {
    return address == base || address == (base | ~mask(prefixLength));
  }
}
