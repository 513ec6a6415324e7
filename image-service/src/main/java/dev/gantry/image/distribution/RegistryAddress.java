package dev.gantry.image.distribution;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where the registry listens: {@code 127.0.0.1:7105}. */
public record RegistryAddress(String host, int port) {
  public static RegistryAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0 && port < 65_536) {
        return new RegistryAddress(text.substring(0, colon), port);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new IllegalArgumentException("not an address with a port: \"" + text + "\"");
  }

  public static boolean isValid(String text) {
    try {
      return !parse(text).host().isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** True for an address to which only processes of this machine come. */
  public static boolean isLoopback(String text) {
    try {
      return InetAddress.getByName(parse(text).host()).isLoopbackAddress();
    } catch (UnknownHostException | IllegalArgumentException _) {
      return false;
    }
  }
}
