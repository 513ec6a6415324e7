package dev.gantry.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An access token as its holder has it: {@code gantry_ID_KEY}. The id finds the row, the key of 256
 * random bits proves that it was given out; both are in the hash.
 */
record Secret(String id, String text) {
  private static final Pattern FORM = Pattern.compile("gantry_([0-9a-f]{16})_([A-Za-z0-9_-]{43})");

  static Secret random(SecureRandom random) {
    byte[] id = new byte[8];
    byte[] key = new byte[32];
    random.nextBytes(id);
    random.nextBytes(key);
    String hex = HexFormat.of().formatHex(id);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    return new Secret(hex, "gantry_" + hex + "_" + text);
  }

  /** Empty where it is the form of none. */
  static Optional<Secret> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches() ? Optional.of(new Secret(parts.group(1), text)) : Optional.empty();
  }

  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In the same time whatever the other is. */
  boolean hasHash(byte[] other) {
    return MessageDigest.isEqual(hash(), other);
  }

  @Override
  public String toString() {
    return "Secret[" + id + "]";
  }
}
