package dev.gantry.image.remote;

import java.net.UnknownHostException;

/** The name leads to an address to which this service does not connect for others. */
final class RefusedAddressException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  RefusedAddressException(String host, int port) {
    super(
        host
            + ":"
            + port
            + " is an address of this host, or one that only it should reach; an administrator can"
            + " allow it by gantry.image.remote.insecure-registries");
  }
}
