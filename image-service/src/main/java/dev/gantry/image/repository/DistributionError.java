package dev.gantry.image.repository;

/** The codes of the OCI distribution specification ("Error Codes"), each with its usual status. */
public enum DistributionError {
  BLOB_UNKNOWN(404),
  BLOB_UPLOAD_INVALID(400),
  BLOB_UPLOAD_UNKNOWN(404),
  DIGEST_INVALID(400),
  MANIFEST_BLOB_UNKNOWN(404),
  MANIFEST_INVALID(400),
  MANIFEST_UNKNOWN(404),
  NAME_INVALID(400),
  NAME_UNKNOWN(404),
  SIZE_INVALID(400),
  UNAUTHORIZED(401),
  DENIED(403),
  UNSUPPORTED(405),
  TOOMANYREQUESTS(429),
  /** Not of the specification: something needed is away. */
  UNAVAILABLE(503),
  /** Not of the specification: a fault of ours. */
  UNKNOWN(500);

  private final int status;

  DistributionError(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }
}
