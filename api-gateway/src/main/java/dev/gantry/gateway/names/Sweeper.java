package dev.gantry.gateway.names;

import dev.gantry.services.ServiceException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finishes or undoes, now and then, what a crash or an absent database left. */
public final class Sweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** Longer than any create may take, so that another gateway's is never undone under it. */
  private static final Duration AGE = Duration.ofMinutes(11);

  private final Names names;
  private final Thread thread;

  public Sweeper(Names names) {
    this.names = names;
    this.thread = Thread.ofVirtual().name("sweeper").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(EVERY);
        try {
          names.sweep(AGE);
        } catch (ServiceException e) {
          LOG.debug("cannot sweep now: {}", e.detail());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
