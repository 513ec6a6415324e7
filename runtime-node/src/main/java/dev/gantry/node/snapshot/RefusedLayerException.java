package dev.gantry.node.snapshot;

import java.io.IOException;

/** A layer is not what its digests say, or does what no layer may; nothing of it is kept. */
public final class RefusedLayerException extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedLayerException(String message) {
    super(message);
  }
}
