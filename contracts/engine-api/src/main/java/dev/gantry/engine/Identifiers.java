package dev.gantry.engine;

/** The checks that the identifiers share. */
final class Identifiers {
  private Identifiers() {}

  static void requireHex(String what, String value, int digits) {
    boolean valid = value.length() == digits;
    for (int i = 0; valid && i < digits; i++) {
      char c = value.charAt(i);
      valid = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!valid) {
      throw new IllegalArgumentException("invalid " + what + ": " + quoted(value));
    }
  }

  /** At most 80 characters of hostile text, without control characters. */
  static String quoted(String value) {
    String text = value.length() > 80 ? value.substring(0, 80) + "…" : value;
    return '"' + text.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
