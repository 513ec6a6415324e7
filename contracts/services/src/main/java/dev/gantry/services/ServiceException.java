package dev.gantry.services;

import org.jspecify.annotations.Nullable;

/** A failure that is answered to the caller: its class, and the text that the Engine API shows. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public ServiceException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public ServiceException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** The text for the caller. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
