package dev.gantry.ops.bench;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured.
 *
 * @param compared whether it is measured on the peer too
 * @param limit what the platform promises at most: a ratio to the peer where it is compared, else a
 *     figure; null where it promises none
 * @param unit of the figures
 * @param runs how often, in turn; the median counts
 */
record Measurement(
    String name, boolean compared, @Nullable Double limit, String unit, int runs, Figure figure) {
  /** Takes one figure. */
  @FunctionalInterface
  interface Figure {
    double take(Engine engine);
  }

  /** A measurement of whole commands, in milliseconds. */
  static Measurement millis(String name, @Nullable Double limit, int runs, Figure figure) {
    return new Measurement(name, true, limit, "ms", runs, figure);
  }

  /** A measurement, once, of what adds up. */
  static Measurement once(String name, @Nullable Double limit, String unit, Figure figure) {
    return new Measurement(name, true, limit, unit, 1, figure);
  }

  /** A measurement of the platform alone, in milliseconds. */
  static Measurement alone(String name, double limitMillis, int runs, Figure figure) {
    return new Measurement(name, false, limitMillis, "ms", runs, figure);
  }
}
