package dev.gantry.image.distribution;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of a content that a {@code Range} header asks for (RFC 9110, 14). */
record ByteRange(long from, long to) {
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** A range that lies outside of the content. */
  static final class UnsatisfiableException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads the header. Empty where all is asked for, or something that need not be served, as
   * several ranges at once.
   *
   * @return first byte, and the one behind the last
   */
  static Optional<ByteRange> parse(@Nullable String header, long size)
      throws UnsatisfiableException {
    Matcher parts = SINGLE.matcher(header == null ? "" : header.strip());
    if (!parts.matches() || parts.group(1).isEmpty() && parts.group(2).isEmpty()) {
      return Optional.empty();
    }
    if (parts.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(parts.group(2)), size);
      if (last == 0) {
        throw new UnsatisfiableException();
      }
      return Optional.of(new ByteRange(size - last, size));
    }
    long from = Long.parseLong(parts.group(1));
    long to = parts.group(2).isEmpty() ? size : Math.min(Long.parseLong(parts.group(2)) + 1, size);
    if (from >= to) {
      throw new UnsatisfiableException();
    }
    return Optional.of(new ByteRange(from, to));
  }

  String contentRange(long size) {
    return "bytes " + from + "-" + (to - 1) + "/" + size;
  }
}
