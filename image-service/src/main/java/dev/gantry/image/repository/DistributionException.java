package dev.gantry.image.repository;

/** A request that the registry refuses: the code, the status and the words for its client. */
public final class DistributionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final DistributionError error;
  private final int status;

  public DistributionException(DistributionError error, String message) {
    this(error, error.status(), message);
  }

  /** With another status than the usual one. */
  public DistributionException(DistributionError error, int status, String message) {
    super(message);
    this.error = error;
    this.status = status;
  }

  public DistributionError error() {
    return error;
  }

  public int status() {
    return status;
  }
}
