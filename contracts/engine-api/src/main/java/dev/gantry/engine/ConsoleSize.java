package dev.gantry.engine;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The size of a terminal, in characters. Engine API 1.51, {@code ConsoleSize}: height, width; the
 * kernel has 16 bits for each (ioctl_tty(2), {@code TIOCSWINSZ}).
 */
public record ConsoleSize(int height, int width) {
  private static final long MOST = 0xffff;

  /**
   * What a request says; empty where it says nothing, as with zeros.
   *
   * @throws IllegalArgumentException where it is no size
   */
  public static Optional<ConsoleSize> of(@Nullable List<? extends Number> asked) {
    if (asked == null || asked.stream().allMatch(side -> side.longValue() == 0)) {
      return Optional.empty();
    }
    if (asked.size() != 2
        || asked.stream().anyMatch(side -> side.longValue() < 0 || side.longValue() > MOST)) {
      throw new IllegalArgumentException("invalid console size: " + asked);
    }
    return Optional.of(new ConsoleSize(asked.getFirst().intValue(), asked.getLast().intValue()));
  }
}
