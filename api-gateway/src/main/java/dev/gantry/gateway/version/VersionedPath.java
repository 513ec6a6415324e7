package dev.gantry.gateway.version;

import dev.gantry.engine.ApiVersion;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path without its version, and the version: the newest where the path names none.
 *
 * <p>Example: {@code /v1.41/info} is {@code /info} in 1.41.
 */
public record VersionedPath(ApiVersion version, String path) {
  private static final Pattern FORM = Pattern.compile("/v(\\d{1,3}\\.\\d{1,3})(/.*)?");

  public static VersionedPath parse(String path) {
    Matcher form = FORM.matcher(path);
    if (!form.matches()) {
      return new VersionedPath(ApiVersion.MAX, path);
    }
    ApiVersion version = ApiVersion.parse(form.group(1)).orElse(ApiVersion.MAX);
    return new VersionedPath(version, form.group(2) == null ? "/" : form.group(2));
  }

  /** Refuses a version that is not served, in the engine's words, which tools match. */
  public void requireServed() {
    if (version.compareTo(ApiVersion.MIN) < 0) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "client version %s is too old. Minimum supported API version is %s, please upgrade your client to a newer version"
              .formatted(version, ApiVersion.MIN));
    }
    if (version.compareTo(ApiVersion.MAX) > 0) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "client version %s is too new. Maximum supported API version is %s"
              .formatted(version, ApiVersion.MAX));
    }
  }
}
