package dev.gantry.node.blob;

import java.io.IOException;
import java.io.InputStream;

/** One place where a blob may be had. */
interface Origin {
  /** What kind of place it is. */
  enum Kind {
    /** This node itself. */
    KEPT,
    /** Another node of the zone. */
    PEER,
    /** Which has every blob, and whose word is the last. */
    IMAGE_SERVICE
  }

  Kind kind();

  /** Its bytes from one on, to its end. */
  InputStream open(long from) throws IOException;

  /** It did not send the blob to its end, or what came of it is not believed. */
  void blame(IOException reason);
}
