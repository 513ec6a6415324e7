package dev.gantry.delivery;

/**
 * The journal did not take a message: it is full (the broker has been away for long), the disk is
 * full or failing, or the message is too large. Nothing was recorded; the caller answers its own
 * caller with 503, it never drops the fact silently.
 */
public final class JournalRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JournalRefusedException(String reason) {
    super("cannot append to the journal: " + reason);
  }

  JournalRefusedException(String reason, Throwable cause) {
    super("cannot append to the journal: " + reason, cause);
  }
}
