package dev.gantry.image.remote;

import java.net.URI;

/** What of two addresses is the same server: scheme, host and port (RFC 6454). */
final class Origins {
  private Origins() {}

  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "http".equals(uri.getScheme()) ? 80 : 443;
  }

  static boolean same(URI one, URI other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
        && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  /** Where a {@code Location} leads. */
  static URI resolve(URI from, String location) throws RemoteException {
    try {
      URI target = from.resolve(location);
      if (target.getHost() != null && target.getUserInfo() == null) {
        return target;
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new RemoteException(
        RemoteException.Kind.OTHER, from.getHost() + " answered with a Location that is none");
  }
}
