package dev.gantry.node.stream;

/** What is done on an upgraded connection; when it returns the connection is closed. */
@FunctionalInterface
public interface StreamSession {
  void run(StreamConnection connection) throws Exception;

  /** Called in place of {@link #run} where the connection could not be upgraded. */
  default void abandon() {}
}
