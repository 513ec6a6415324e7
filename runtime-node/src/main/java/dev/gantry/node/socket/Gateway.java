package dev.gantry.node.socket;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import java.io.IOException;

/** The platform's API, as a container of a team reaches it. */
public interface Gateway {
  /**
   * A connection of its own.
   *
   * @throws dev.gantry.services.ServiceException where it is refused, or nobody answers
   */
  Line open(TeamId team, ContainerId container);

  /** One connection; reading and writing have a thread each. */
  interface Line extends AutoCloseable {
    /** Reads what comes next; -1 at the end. */
    int read(byte[] target) throws IOException;

    void write(byte[] source, int length) throws IOException;

    /** Nothing more will be written. */
    void endOutput() throws IOException;

    /** At once, also under who reads or writes; may be called again. */
    @Override
    void close();
  }
}
