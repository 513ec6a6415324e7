package dev.gantry.image.manifest;

/** What came from outside is not a valid image; the message tells its sender why. */
public final class RefusedImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedImageException(String message) {
    super(message);
  }

  public RefusedImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
