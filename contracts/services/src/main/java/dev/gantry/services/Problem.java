package dev.gantry.services;

import org.jspecify.annotations.Nullable;

/**
 * An error between the platform's own processes (RFC 9457), media type {@code
 * application/problem+json}.
 */
public record Problem(
    String type, String title, int status, @Nullable String detail, @Nullable ErrorCode code) {
  public static final String MEDIA_TYPE = "application/problem+json";

  public static Problem of(ErrorCode code, String detail) {
    return new Problem("about:blank", code.name(), code.status(), detail, code);
  }
}
