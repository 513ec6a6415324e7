package dev.gantry.node.log;

import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much output of a container is kept on the node, as the options of its logging driver say it:
 * {@code max-size} for each of {@code max-file} files. Here it is one file, whose beginning is
 * given back.
 *
 * @param bytes at most, but for what was written since it was last looked at
 */
public record LogLimit(long bytes) {
  private static final Set<String> OF_BOTH =
      Set.of(
          "max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag");
  private static final Set<String> OF_LOCAL = Set.of("max-size", "max-file", "compress");
  private static final Pattern SIZE =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kKmMgGtTpP]?)[iI]?[bB]?");
  private static final long MOST = 1L << 50;

  /** What nobody can read back is there for those who are attached; a bit, as it goes in pieces. */
  private static final LogLimit UNREAD = new LogLimit(1L << 20);

  private static final long LOCAL_BYTES = 20L << 20;
  private static final int LOCAL_FILES = 5;

  /**
   * Reads a driver's options; empty without a limit.
   *
   * @throws IllegalArgumentException in the engine's words, for what cannot be
   */
  public static Optional<LogLimit> of(String driver, Map<String, String> options) {
    if (driver.equals("none")) {
      return Optional.of(UNREAD);
    }
    boolean local = driver.equals("local");
    for (String option : options.keySet()) {
      require(
          (local ? OF_LOCAL : OF_BOTH).contains(option),
          "unknown log opt '%s' for %s log driver".formatted(option, driver));
    }
    long size = size(options.get("max-size"), local ? LOCAL_BYTES : 0);
    int files = files(options.get("max-file"), local ? LOCAL_FILES : 1);
    boolean compress = flag(options.get("compress"));
    require(
        local || !compress || (size > 0 && files > 1),
        "compress cannot be true when max-file is less than 2 or max-size is not set");
    pattern(options.get("labels-regex"));
    pattern(options.get("env-regex"));
    LogTag unused = new LogTag(options.getOrDefault("tag", ""));
    require(size * files < MOST, "max-size times max-file should be less than a pebibyte");
    return size > 0 ? Optional.of(new LogLimit(size * files)) : Optional.empty();
  }

  /** Bytes, in the engine's notation: {@code 10m} are binary megabytes; -1 is no limit. */
  private static long size(@Nullable String text, long absent) {
    if (text == null || text.isEmpty()) {
      return absent;
    }
    if (text.equals("-1")) {
      return 0;
    }
    Matcher form = SIZE.matcher(text);
    require(form.matches(), "invalid size: '" + text + "'");
    int power = "kmgtp".indexOf(form.group(2).toLowerCase(Locale.ROOT));
    double bytes =
        Double.parseDouble(form.group(1))
            * (form.group(2).isEmpty() ? 1 : 1L << (10 * (power + 1)));
    require(bytes >= 1 && bytes < MOST, "max-size should be a positive number, not " + text);
    return (long) bytes;
  }

  private static int files(@Nullable String text, int absent) {
    if (text == null || text.isEmpty()) {
      return absent;
    }
    require(text.matches("-?[0-9]{1,9}"), "invalid max-file: \"" + text + "\"");
    int files = Integer.parseInt(text);
    require(files >= 1 && files <= 4096, "max-file cannot be less than 1 or more than 4096");
    return files;
  }

  private static boolean flag(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return false;
    }
    require(text.matches("(?i)1|t|true|0|f|false"), "invalid value for compress: \"" + text + "\"");
    return text.matches("(?i)1|t|true");
  }

  private static void pattern(@Nullable String expression) {
    if (expression != null) {
      try {
        // In linear time: it is a client's, and matched against what is a client's.
        com.google.re2j.Pattern unused = com.google.re2j.Pattern.compile(expression);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
