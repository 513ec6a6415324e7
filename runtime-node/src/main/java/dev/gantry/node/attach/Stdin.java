package dev.gantry.node.attach;

import dev.gantry.engine.ContainerId;
import java.io.IOException;

/** The way to the input of a running container. */
public interface Stdin extends AutoCloseable {
  void write(byte[] bytes, int length) throws IOException;

  /** Nothing more will be written; the container sees the end of its input if it asked for that. */
  void end() throws IOException;

  @Override
  void close();

  /** Opens the input of a container that runs. */
  @FunctionalInterface
  interface Source {
    Stdin open(ContainerId id) throws IOException;
  }
}
