package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/** What is done to the processes of a container that runs. */
public interface Processes {

  /** How a run ended. */
  record Exit(int code, boolean oomKilled, Instant at) {}

  /** Sends a signal to the first process; one that has ended already is no error. */
  void signal(ContainerRecord record, int signal) throws IOException;

  void freeze(ContainerRecord record) throws IOException;

  void thaw(ContainerRecord record) throws IOException;

  /** Makes the limits those of the record. */
  void limit(ContainerRecord record) throws IOException;

  /** Sets the size of the terminal; false where the run is over. */
  boolean resize(ContainerRecord record, int rows, int columns) throws IOException;

  /** All processes of the container, as the host numbers them. */
  Set<Integer> pids(ContainerRecord record) throws IOException;

  /** Blocks until the run is over and all its output is in the log file. */
  Exit awaitExit(ContainerRecord record, State.Life life) throws IOException, InterruptedException;
}
