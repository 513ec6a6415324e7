package dev.gantry.image.repository;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a repository as clients of the registry write it (OCI distribution-spec, "Pulling
 * manifests"): {@code shop/web}. It means what the same name means to the Engine API, so that
 * {@code busybox} and {@code docker.io/library/busybox} are one.
 */
public record RepositoryName(String value, String domain, String path) {
  private static final int LONGEST = 255;
  private static final Pattern FORM =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  /** Empty where the text is no name. */
  public static Optional<RepositoryName> parse(String text) {
    if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    return Reference.parse(text)
        .map(reference -> new RepositoryName(text, reference.domain(), reference.path()));
  }

  /** The repository that a name means, one of a registry with a port too. */
  public static RepositoryName of(Reference name) {
    return new RepositoryName(name.familiarRepository(), name.domain(), name.path());
  }

  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** The whole name, by which rows are kept. */
  public String repository() {
    return domain + "/" + path;
  }

  public Reference tagged(String tag) {
    return new Reference(domain, path, tag, null);
  }

  public Reference digested(Digest digest) {
    return new Reference(domain, path, null, digest);
  }

  @Override
  public String toString() {
    return value;
  }
}
