package dev.gantry.engine;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The normalised name of an image: domain, path and a tag or a digest or both (the reference
 * grammar of the distribution project). {@code busybox} becomes {@code
 * docker.io/library/busybox:latest}.
 */
public record Reference(String domain, String path, @Nullable String tag, @Nullable Digest digest) {
  private static final String DEFAULT_DOMAIN = "docker.io";
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?|\\[[0-9a-fA-F:]+\\](?::[0-9]+)?");
  private static final Pattern PATH =
      Pattern.compile(
          "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  /**
   * Reads a name as a person writes it; no tag and no digest means {@code latest}. Empty where it
   * is not a name.
   */
  public static Optional<Reference> parse(String text) {
    if (text.length() > 512) {
      return Optional.empty();
    }
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      try {
        digest = new Digest(rest.substring(at + 1));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
      rest = rest.substring(0, at);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    if (tag == null && digest == null) {
      tag = "latest";
    }
    return named(rest, tag, digest);
  }

  private static Optional<Reference> named(
      String name, @Nullable String tag, @Nullable Digest digest) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean hasDomain =
        slash > 0
            && (first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(java.util.Locale.ROOT)));
    String domain = hasDomain ? first : DEFAULT_DOMAIN;
    String path = hasDomain ? name.substring(slash + 1) : name;
    if (domain.equals("index.docker.io")) {
      domain = DEFAULT_DOMAIN;
    }
    if (domain.equals(DEFAULT_DOMAIN) && !path.contains("/")) {
      path = "library/" + path;
    }
    boolean valid =
        DOMAIN.matcher(domain).matches()
            && PATH.matcher(path).matches()
            && path.length() <= 255
            && (tag == null || TAG.matcher(tag).matches());
    return valid ? Optional.of(new Reference(domain, path, tag, digest)) : Optional.empty();
  }

  /** Domain and path, without tag or digest. */
  public String repository() {
    return domain + "/" + path;
  }

  /**
   * The repository as people write it: {@code busybox}, {@code shop/web}, {@code example.org/a/b}.
   */
  public String familiarRepository() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return repository();
    }
    return path.startsWith("library/") && path.indexOf('/', 8) < 0 ? path.substring(8) : path;
  }

  /** As people write it, with tag and digest where there are any. */
  public String familiar() {
    return familiarRepository()
        + (tag == null ? "" : ":" + tag)
        + (digest == null ? "" : "@" + digest);
  }

  @Override
  public String toString() {
    return familiar();
  }
}
