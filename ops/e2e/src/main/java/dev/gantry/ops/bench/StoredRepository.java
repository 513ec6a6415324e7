package dev.gantry.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A repository as Debian's {@code docker-registry} keeps it.
 *
 * <pre>
 * docker/registry/v2/blobs/sha256/HE/HEX/data
 * docker/registry/v2/repositories/NAME/_layers/sha256/HEX/link
 * docker/registry/v2/repositories/NAME/_manifests/revisions/sha256/HEX/link
 * docker/registry/v2/repositories/NAME/_manifests/tags/TAG/current/link
 * </pre>
 */
record StoredRepository(Path blobs, Path repository) {
  static StoredRepository in(Path root, String name) {
    Path version = root.resolve("docker/registry/v2");
    return new StoredRepository(
        version.resolve("blobs/sha256"), version.resolve("repositories").resolve(name));
  }

  /** Where the content of a blob belongs. */
  Path blob(String digest) throws IOException {
    String hex = hex(digest);
    Path folder = blobs.resolve(hex.substring(0, 2)).resolve(hex);
    return Files.createDirectories(folder).resolve("data");
  }

  /** Makes a blob one of the repository's. */
  void link(String kind, String digest) throws IOException {
    write(repository.resolve(kind).resolve("sha256").resolve(hex(digest)), digest);
  }

  void tag(String tag, String digest) throws IOException {
    write(repository.resolve("_manifests/tags").resolve(tag).resolve("current"), digest);
  }

  private static void write(Path folder, String digest) throws IOException {
    Files.writeString(Files.createDirectories(folder).resolve("link"), digest);
  }

  private static String hex(String digest) {
    return digest.substring("sha256:".length());
  }
}
