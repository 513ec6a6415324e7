package dev.gantry.image.upload;

import dev.gantry.image.removal.Collector;
import dev.gantry.image.repository.PendingBlobs;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away, now and then, what pushes have begun and not finished, what a removal that failed has
 * not collected, and what else is outdated. Every instance does.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final long MINUTES = 10;

  private final DSLContext database;
  private final Uploads uploads;
  private final Collector collector;
  private final UploadLimits limits;
  private final Runnable others;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("image-housekeeping").factory());

  /**
   * @param others what else is to be done as often
   */
  public Housekeeping(
      DSLContext database,
      Uploads uploads,
      Collector collector,
      UploadLimits limits,
      Runnable others,
      InstantSource clock) {
    this.database = database;
    this.uploads = uploads;
    this.collector = collector;
    this.limits = limits;
    this.others = others;
    this.clock = clock;
  }

  public void start() {
    ScheduledFuture<?> _ = timer.scheduleWithFixedDelay(this::run, 0, MINUTES, TimeUnit.MINUTES);
  }

  private void run() {
    try {
      tidy();
    } catch (IOException | DataAccessException e) {
      log.warn("cannot remove what pushes have left: {}; trying again later", e.getMessage());
    } catch (RuntimeException e) {
      log.error("cannot remove what pushes have left", e);
    }
  }

  /** Does it once. */
  public void tidy() throws IOException {
    others.run();
    uploads.expire();
    int _ = PendingBlobs.expire(database, clock.instant().minus(limits.grace()));
    // Whatever has expired: who removed something may have died before it was collected.
    long _ = collector.collect();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
