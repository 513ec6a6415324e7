package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest, {@code sha256:…} or {@code sha512:…} (OCI image-spec, descriptor.md,
 * "Digests").
 */
public record Digest(@JsonValue String value) {
  @JsonCreator
  public Digest {
    if (value.startsWith("sha256:")) {
      Identifiers.requireHex("digest", value.substring(7), 64);
    } else if (value.startsWith("sha512:")) {
      Identifiers.requireHex("digest", value.substring(7), 128);
    } else {
      throw new IllegalArgumentException("invalid digest: " + Identifiers.quoted(value));
    }
  }

  public static Digest sha256(byte[] hash) {
    return new Digest("sha256:" + HexFormat.of().formatHex(hash));
  }

  public static Digest ofBytes(byte[] content) {
    return sha256(newSha256().digest(content));
  }

  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A fresh hash of this digest's algorithm. */
  public MessageDigest newHash() {
    try {
      return MessageDigest.getInstance(algorithm().equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm(), e);
    }
  }

  /** {@code sha256} or {@code sha512}. */
  public String algorithm() {
    return value.substring(0, 6);
  }

  public String hex() {
    return value.substring(7);
  }

  @Override
  public String toString() {
    return value;
  }
}
