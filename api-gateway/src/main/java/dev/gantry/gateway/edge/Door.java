package dev.gantry.gateway.edge;

/** A way in: one connector. */
enum Door {
  /** Our own processes, by mutual TLS: health, metrics and {@link TeamDoor}, nothing else. */
  INTERNAL,
  /** The unix socket. */
  UNIX,
  /** Plain TCP on loopback. */
  LOOPBACK,
  /** TLS with a client's certificate. */
  TLS,
  /** Containers that have their team's socket; only {@link TeamDoor} itself connects to it. */
  TEAM;

  static final String ATTRIBUTE = "gantry.door";
}
