package dev.gantry.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the calling thread give way to containers and calls. */
final class LowPriority {
  private static final Logger log = LoggerFactory.getLogger(LowPriority.class);
  private static final int NICENESS = 15;

  private LowPriority() {}

  /** On Linux a thread has a niceness of its own; renice(1) takes the thread's id. */
  static void apply() {
    try {
      String self =
          java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of("/proc/thread-self"))
              .getFileName()
              .toString();
      int code =
          new ProcessBuilder("renice", "-n", Integer.toString(NICENESS), "-p", self)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      log.debug("thread {} reniced: {}", self, code);
    } catch (java.io.IOException e) {
      log.debug("cannot lower the priority: {}", e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
