package dev.gantry.events;

import org.jspecify.annotations.Nullable;

/** A record on a topic is not an event of the expected type; it goes to the dead letters. */
public final class MalformedEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedEventException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
