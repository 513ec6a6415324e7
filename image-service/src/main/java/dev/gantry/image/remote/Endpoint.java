package dev.gantry.image.remote;

import java.net.URI;

/**
 * Where a registry may be asked.
 *
 * @param insecure it need not prove who it is
 * @param mirror it stands in for another one, and is told nothing of who asks
 */
record Endpoint(URI origin, boolean insecure, boolean mirror) {

  URI uri(String path) {
    return URI.create(origin + path);
  }

  /** True where another one is worth asking after such a failure of this one. */
  boolean leavesOthers(RemoteException failure) {
    return mirror
        || (insecure
            && "https".equals(origin.getScheme())
            && failure.kind() == RemoteException.Kind.UNREACHABLE);
  }
}
