package dev.gantry.node.lifecycle;

import java.io.IOException;

/** The OCI runtime refused; the message is its own. */
final class OciFailure extends IOException {
  private static final long serialVersionUID = 1L;

  OciFailure(String message) {
    super(message);
  }
}
