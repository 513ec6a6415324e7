package dev.gantry.services;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with a service's settings, so that the one who starts it is told all of it
 * at once. Used in the constructor of the record that the settings are bound to; with {@code
 * ignoreUnknownFields = false} on that record an unknown {@code gantry.*} key stops the start, too.
 *
 * <pre>{@code
 * var check = new SettingsCheck();
 * check.require(term.isPositive(), "gantry.lease.term", "must be positive");
 * pools = check.parse("gantry.pools", () -> parse(texts));
 * check.done();
 * }</pre>
 */
public final class SettingsCheck {
  private final List<String> problems = new ArrayList<>();

  public SettingsCheck require(boolean holds, String key, String what) {
    if (!holds) {
      problems.add(key + " " + what);
    }
    return this;
  }

  /** The parsed value, or null where the text is not one. */
  public <T extends Object> @Nullable T parse(String key, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage());
      return null;
    }
  }

  /**
   * Ends the check.
   *
   * @throws IllegalArgumentException naming every problem
   */
  public void done() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
