package dev.gantry.gateway.edge;

/** A way in: one connector. */
enum Door {
  /** Our own processes, by mutual TLS: health and metrics, nothing else. */
  INTERNAL,
  /** The unix socket. */
  UNIX,
  /** Plain TCP on loopback. */
  LOOPBACK,
  /** TLS with a client's certificate. */
  TLS;

  static final String ATTRIBUTE = "gantry.door";
}
