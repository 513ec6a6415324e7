package dev.gantry.gateway.services;

import java.net.URI;

/** Where an internal server listens; always spoken to by mutual TLS. */
public record Origin(String host, int port) {
  public static Origin of(URI uri) {
    if (!"https".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException("not an internal address: " + uri);
    }
    return new Origin(uri.getHost(), uri.getPort());
  }

  public URI uri() {
    return URI.create("https://" + this);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
