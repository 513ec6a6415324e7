package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerRecord;
import java.io.IOException;

/**
 * One step of bringing a container up, and its undoing. Both may be called again, and each without
 * the other: after a crash nobody knows how far the last process came.
 */
interface Hook {
  /** For messages and fault points. */
  String name();

  /**
   * A container is about to be brought up, this hook's turn will come: what takes its time and
   * leaves nothing behind may begin. Returns at once.
   */
  default void prepare() {}

  /** Brings its part up, adding to the assembly what later hooks need. */
  void up(Assembly assembly) throws IOException;

  /** Takes its part down, as far as there is any. Needs nothing but the record. */
  void down(ContainerRecord record) throws IOException;
}
