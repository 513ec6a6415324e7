package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where everything of the store is:
 *
 * <pre>
 * root
 * ├── blobs/sha256/HEX          a blob, whole and verified, never changed
 * ├── incoming/INSTANCE/        what a running instance has not finished; locked by INSTANCE.lock
 * │   └── N/M                   file M of load N, or a blob held for a save
 * ├── incoming/INSTANCE.lock
 * ├── uploads/ID                what has come of a push's blob; any instance goes on with it
 * └── trash/sha256-HEX.REMOVAL  on its way out: its row goes in the transaction that put it here
 * </pre>
 */
final class BlobPaths {
  private final Path root;

  BlobPaths(Path root) {
    this.root = root;
  }

  Path algorithm(String algorithm) {
    return root.resolve("blobs").resolve(algorithm);
  }

  Path blob(Digest digest) {
    return algorithm(digest.algorithm()).resolve(digest.hex());
  }

  Path trash() {
    return root.resolve("trash");
  }

  /**
   * @param removal tells it from a file of the same blob that another removal has put there
   */
  Path trashed(Digest digest, String removal) {
    return trash().resolve(digest.algorithm() + "-" + digest.hex() + "." + removal);
  }

  Path incoming() {
    return root.resolve("incoming");
  }

  Path instance(String name) {
    return incoming().resolve(name);
  }

  Path instanceLock(String name) {
    return incoming().resolve(name + ".lock");
  }

  Path uploads() {
    return root.resolve("uploads");
  }

  /** The digest that a file below {@code blobs} or in {@code trash} is named after. */
  static Optional<Digest> digestOf(Path file) {
    String name = file.getFileName().toString().replaceFirst("\\.[0-9a-f]+-[0-9]+$", "");
    int dash = name.indexOf('-');
    Path parent = file.getParent();
    String text =
        dash > 0
            ? name.substring(0, dash) + ":" + name.substring(dash + 1)
            : (parent == null ? "" : parent.getFileName()) + ":" + name;
    try {
      return Optional.of(new Digest(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
