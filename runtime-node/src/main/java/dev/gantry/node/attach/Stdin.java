package dev.gantry.node.attach;

import java.io.IOException;

/** The way to the input of a running process. */
public interface Stdin extends AutoCloseable {

  /** Writes all of it, waiting for the process to read. */
  void write(byte[] bytes, int length) throws IOException;

  /** Nothing more will be written; the process sees the end of its input if it asked for that. */
  void end() throws IOException;

  @Override
  void close();
}
