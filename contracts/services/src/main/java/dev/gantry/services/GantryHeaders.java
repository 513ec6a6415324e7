package dev.gantry.services;

/** Headers between the platform's own processes. */
public final class GantryHeaders {
  /** The team that the call is for; always there. */
  public static final String TEAM = "Gantry-Team";

  /** The user that the call is for, for records only. */
  public static final String USER = "Gantry-User";

  /** The id of the node that the caller means, or is; a node with another id answers 421. */
  public static final String NODE = "Gantry-Node";

  /** The id of the container on whose behalf a node opens a connection to a gateway. */
  public static final String CONTAINER = "Gantry-Container";

  /** On the 101 answer of a stream: the content type that the client shall see. */
  public static final String CONTENT_TYPE = "Gantry-Content-Type";

  /** The protocol of {@code Upgrade} for streams between gateway and node. */
  public static final String STREAM_PROTOCOL = "gantry-stream";

  private GantryHeaders() {}
}
