package dev.gantry.image.upload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The hashes of what has come of uploads so far, so that nothing has to be read again at the end.
 * They are a help only: which is gone, or of another algorithm, is computed from the file.
 */
final class RunningHashes {
  private static final int MOST = 1_000;

  /** A hash and how many bytes are in it. */
  static final class Running {
    private final String algorithm;
    private final MessageDigest hash;
    private long length;

    private Running(String algorithm) {
      this.algorithm = algorithm;
      this.hash = newHash(algorithm);
    }

    void add(byte[] bytes, int count) {
      hash.update(bytes, 0, count);
      length += count;
    }

    String algorithm() {
      return algorithm;
    }

    long length() {
      return length;
    }

    /** Ends it. */
    byte[] value() {
      return hash.digest();
    }
  }

  private final Map<UUID, Running> hashes =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Running> eldest) {
          return size() > MOST;
        }
      };

  static Running start(String algorithm) {
    return new Running(algorithm);
  }

  static MessageDigest newHash(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  synchronized void put(UUID upload, Running hash) {
    hashes.put(upload, hash);
  }

  /** Takes it away; whoever goes on with it gives it back. */
  synchronized Optional<Running> take(UUID upload) {
    return Optional.ofNullable(hashes.remove(upload));
  }
}
