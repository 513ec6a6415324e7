package dev.gantry.image.blob;

import java.io.IOException;
import org.jooq.DSLContext;

/** Content that is where it will stay and has only to be named. */
@FunctionalInterface
public interface Publication {

  /**
   * Makes it blobs. The transaction holds {@link StoreLock#NAMING} and has the rows; this comes
   * last in it, so that what a rule refuses leaves nothing.
   */
  void publish(DSLContext transaction) throws IOException;
}
