package dev.gantry.image.distribution;

import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.RepositoryName;
import java.util.Optional;

/**
 * What a path of the registry names (distribution-spec, "Endpoints"). Names of repositories have
 * slashes and may have parts like {@code blobs}, so a path is read from its end.
 */
sealed interface RegistryPath {
  /** {@code /v2/}. */
  record Base() implements RegistryPath {}

  /** {@code /v2/_catalog}. */
  record Catalog() implements RegistryPath {}

  /** {@code /v2/NAME/manifests/REFERENCE}: a tag or a digest. */
  record Manifest(RepositoryName name, String reference) implements RegistryPath {}

  /** {@code /v2/NAME/blobs/DIGEST}. */
  record Blob(RepositoryName name, String digest) implements RegistryPath {}

  /** {@code /v2/NAME/blobs/uploads/}. */
  record Uploading(RepositoryName name) implements RegistryPath {}

  /** {@code /v2/NAME/blobs/uploads/ID}. */
  record Upload(RepositoryName name, String id) implements RegistryPath {}

  /** {@code /v2/NAME/tags/list}. */
  record Tags(RepositoryName name) implements RegistryPath {}

  /** {@code /v2/NAME/referrers/DIGEST}. */
  record Referrers(RepositoryName name, String digest) implements RegistryPath {}

  /** Reads a decoded path. Empty where it is none of the specification. */
  static Optional<RegistryPath> parse(String path) {
    if (path.equals("/v2") || path.equals("/v2/")) {
      return Optional.of(new Base());
    }
    if (path.equals("/v2/_catalog")) {
      return Optional.of(new Catalog());
    }
    if (!path.startsWith("/v2/")) {
      return Optional.empty();
    }
    String rest = path.substring("/v2/".length());
    if (rest.endsWith("/blobs/uploads") || rest.endsWith("/blobs/uploads/")) {
      return Optional.of(
          new Uploading(name(rest.substring(0, rest.lastIndexOf("/blobs/uploads")))));
    }
    if (rest.endsWith("/tags/list")) {
      return Optional.of(new Tags(name(rest.substring(0, rest.length() - "/tags/list".length()))));
    }
    int end = rest.lastIndexOf('/');
    if (end < 0) {
      return Optional.empty();
    }
    String last = rest.substring(end + 1);
    String before = rest.substring(0, end);
    if (before.endsWith("/blobs/uploads")) {
      return Optional.of(new Upload(name(cut(before, "/blobs/uploads")), last));
    }
    if (before.endsWith("/blobs")) {
      return Optional.of(new Blob(name(cut(before, "/blobs")), last));
    }
    if (before.endsWith("/manifests")) {
      return Optional.of(new Manifest(name(cut(before, "/manifests")), last));
    }
    if (before.endsWith("/referrers")) {
      return Optional.of(new Referrers(name(cut(before, "/referrers")), last));
    }
    return Optional.empty();
  }

  private static String cut(String text, String end) {
    return text.substring(0, text.length() - end.length());
  }

  private static RepositoryName name(String text) {
    return RepositoryName.parse(text)
        .orElseThrow(
            () ->
                new DistributionException(
                    DistributionError.NAME_INVALID, "invalid repository name \"" + text + "\""));
  }
}
