package dev.gantry.node.archive;

import java.io.IOException;

/** An archive that is not one, is cut short, or holds what it may not; the message says which. */
public final class MalformedArchiveException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedArchiveException(String message) {
    super(message);
  }

  MalformedArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
