package dev.gantry.layer;

import java.io.IOException;

/** An archive that is not one, is cut short, or holds what it may not; the message says which. */
public final class MalformedArchiveException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedArchiveException(String message) {
    super(message);
  }

  public MalformedArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
