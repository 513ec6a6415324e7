package dev.gantry.image.bucket;

import dev.gantry.engine.Digest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of objects: {@code blobs/sha256/HEX/ID}. No two puts have the same, be it of the same
 * content, so that who removes an object can't hit what another has put since.
 */
final class ObjectName {
  static final String FOLDER = "blobs/";
  private static final Pattern NAME =
      Pattern.compile(FOLDER + "(sha256|sha512)/([0-9a-f]{64,128})/[0-9a-f-]{36}");

  private ObjectName() {}

  static String fresh(Digest digest) {
    return FOLDER + digest.algorithm() + "/" + digest.hex() + "/" + UUID.randomUUID();
  }

  static Optional<Digest> digestOf(String name) {
    Matcher parts = NAME.matcher(name);
    try {
      return parts.matches()
          ? Optional.of(new Digest(parts.group(1) + ":" + parts.group(2)))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
