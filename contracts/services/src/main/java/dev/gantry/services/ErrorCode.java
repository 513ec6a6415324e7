package dev.gantry.services;

/**
 * Classes of failure by who must act, each with its HTTP status; every edge renders them in its own
 * shape.
 */
public enum ErrorCode {
  /** The caller must change the request. */
  INVALID(400),
  UNAUTHENTICATED(401),
  /** The caller may not, and may know that the thing exists. */
  FORBIDDEN(403),
  /** Absent, or another team's. */
  NOT_FOUND(404),
  /** Against the present state or another's claim. */
  CONFLICT(409),
  /** The request reached a process that is not the one it meant. */
  MISDIRECTED(421),
  TOO_LARGE(413),
  /** A fault of ours. */
  INTERNAL(500),
  NOT_IMPLEMENTED(501),
  /** Something needed is away, or the process is overloaded; the caller may try again. */
  UNAVAILABLE(503),
  /** Something needed did not answer in time. */
  TIMEOUT(504);

  private final int status;

  ErrorCode(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }

  /**
   * The code of a status that another process answered; statuses that nobody sends are {@link
   * #INTERNAL}.
   */
  public static ErrorCode ofStatus(int status) {
    for (ErrorCode code : values()) {
      if (code.status == status) {
        return code;
      }
    }
    return status >= 400 && status < 500 ? INVALID : INTERNAL;
  }
}
