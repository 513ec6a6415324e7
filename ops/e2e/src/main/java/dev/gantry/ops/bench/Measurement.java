package dev.gantry.ops.bench;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured on each engine.
 *
 * @param limit the highest ratio to the peer that the platform promises; null where it promises
 *     none
 * @param unit of the figures
 * @param runs how often, in turn; the median counts
 */
record Measurement(String name, @Nullable Double limit, String unit, int runs, Figure figure) {
  /** Takes one figure. */
  @FunctionalInterface
  interface Figure {
    double take(Engine engine);
  }

  /** A measurement of whole commands, in milliseconds. */
  static Measurement millis(String name, @Nullable Double limit, int runs, Figure figure) {
    return new Measurement(name, limit, "ms", runs, figure);
  }
}
