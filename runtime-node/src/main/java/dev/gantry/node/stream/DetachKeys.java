package dev.gantry.node.stream;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The sequence of keys that leaves a terminal without ending the container, looked for in a stream
 * of input. Bytes that may begin the sequence are held back until the next one decides.
 *
 * <p>Notation as the engine's: single characters and {@code ctrl-X}, separated by commas, for
 * example {@code ctrl-p,ctrl-q}. What is no such sequence is an error that names it.
 */
public final class DetachKeys {
  private static final byte[] DEFAULT = {16, 17};

  private final byte[] sequence;
  private int matched;

  private DetachKeys(byte[] sequence) {
    this.sequence = sequence;
  }

  /** The keys of a request; null and the empty string mean the engine's own. */
  public static DetachKeys parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new DetachKeys(DEFAULT);
    }
    String[] keys = text.split(",", -1);
    byte[] sequence = new byte[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sequence[i] = key(keys[i], text);
    }
    return new DetachKeys(sequence);
  }

  /** For input that is no terminal's: nothing detaches. */
  public static DetachKeys none() {
    return new DetachKeys(new byte[0]);
  }

  private static byte key(String key, String text) {
    if (key.length() == 1 && key.charAt(0) < 128) {
      return (byte) key.charAt(0);
    }
    if (key.length() == 6 && key.toLowerCase(Locale.ROOT).startsWith("ctrl-")) {
      char c = Character.toLowerCase(key.charAt(5));
      if (c >= 'a' && c <= 'z') {
        return (byte) (c - 'a' + 1);
      }
      int index = "@[\\]^_".indexOf(c);
      if (index >= 0) {
        return (byte) (index == 0 ? 0 : 26 + index);
      }
    }
    throw new IllegalArgumentException("Invalid detach keys (" + text + ") provided");
  }

  /** What became of a piece of input: what to pass on, and whether the keys were all seen. */
  public record Result(byte[] passed, boolean detached) {}

  /** Looks through the next piece of input. */
  public Result accept(byte[] input, int length) {
    if (sequence.length == 0) {
      return new Result(Arrays.copyOf(input, length), false);
    }
    byte[] passed = new byte[length + matched];
    int count = 0;
    for (int i = 0; i < length; i++) {
      byte b = input[i];
      if (b == sequence[matched]) {
        matched++;
        if (matched == sequence.length) {
          return new Result(Arrays.copyOf(passed, count), true);
        }
        continue;
      }
      System.arraycopy(sequence, 0, passed, count, matched);
      count += matched;
      matched = b == sequence[0] && sequence.length > 1 ? 1 : 0;
      if (matched == 0) {
        passed[count++] = b;
      }
    }
    return new Result(Arrays.copyOf(passed, count), false);
  }
}
