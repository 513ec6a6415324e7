package dev.gantry.audit.trail;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Hashes that make a record depend on all before it: SHA-256 over the hash before, the team, the
 * sequence number and the content, each with its length in front, so that no two sets of parts have
 * the same bytes.
 */
public final class Chain {
  /** What stands before the first record. */
  public static final String START = "0".repeat(64);

  private Chain() {}

  public static String next(String previous, String team, long sequence, String content) {
    MessageDigest hash = sha256();
    for (String part : new String[] {previous, team, Long.toString(sequence), content}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      hash.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      hash.update(bytes);
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
