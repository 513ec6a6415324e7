package dev.gantry.gateway.version;

import dev.gantry.engine.ApiVersion;
import dev.gantry.gateway.call.Shape;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one answer differs for clients of some versions.
 *
 * @param from the first minor version that is changed
 * @param before the first minor version that is not
 * @param what for each object of the answer: the answer itself, or each element of a list
 */
record Change(Shape shape, int from, int before, Consumer<ObjectNode> what) {
  /** For clients older than 1.{@code minor}. */
  static Change before(int minor, Shape shape, Consumer<ObjectNode> what) {
    return new Change(shape, 0, minor, what);
  }

  /** For clients of 1.{@code minor} and newer. */
  static Change since(int minor, Shape shape, Consumer<ObjectNode> what) {
    return new Change(shape, minor, Integer.MAX_VALUE, what);
  }

  boolean appliesTo(Shape answer, ApiVersion version) {
    return shape == answer && version.minor() >= from && version.minor() < before;
  }
}
