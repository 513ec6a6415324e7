package dev.gantry.node.attach;

import dev.gantry.node.log.LogWatch;
import dev.gantry.node.stream.Presence;
import dev.gantry.node.stream.StreamConnection;
import java.time.Duration;

/**
 * What it takes to follow a process for a client.
 *
 * @param watch tells of output
 * @param askEvery how often a client that has ended its input is asked whether it is there
 */
public record Following(LogWatch watch, Duration askEvery) {

  /** The presence of a client. */
  public Presence presence(StreamConnection connection, boolean framed) {
    return new Presence(connection, askEvery, framed);
  }
}
