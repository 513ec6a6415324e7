package dev.gantry.image.remote;

import java.io.IOException;

/** Another registry could not be asked, or said no; the message is in the words of the engine. */
public final class RemoteException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why not, as far as callers treat it differently. */
  public enum Kind {
    /** There was no answer, or none that could be read. */
    UNREACHABLE,
    /** The connection was not made, as it may not be. */
    REFUSED,
    UNAUTHORIZED,
    DENIED,
    MANIFEST_UNKNOWN,
    NAME_UNKNOWN,
    TOO_MANY_REQUESTS,
    OTHER
  }

  private final Kind kind;

  public RemoteException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  RemoteException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
