package dev.gantry.image.retention;

import dev.gantry.engine.TeamId;
import dev.gantry.image.repository.Space;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When retention is looked at: now and then everywhere, and soon where something was pushed. What
 * fails is tried again with the next. Every instance does; the team's lock lets one at a time.
 */
public final class RetentionRuns implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RetentionRuns.class);
  private static final long MINUTES = 10;
  private static final int MOST_WAITING = 1_000;

  private final Retention retention;
  private final Set<Space> waiting = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("image-retention").factory());

  public RetentionRuns(Retention retention) {
    this.retention = retention;
  }

  public void start() {
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(
            () -> run(() -> retention.sweep()), 1, MINUTES, TimeUnit.MINUTES);
  }

  /** Something was pushed there. More than can wait are found by the schedule. */
  public void pushed(Space space) {
    if (waiting.size() < MOST_WAITING && waiting.add(space)) {
      submit(
          () -> {
            boolean _ = waiting.remove(space);
            run(() -> retention.sweep(space.team(), space.name().repository()));
          });
    }
  }

  /** The team has other rules now. */
  public void ruled(TeamId team) {
    submit(() -> run(() -> retention.sweep(team)));
  }

  private void submit(Runnable task) {
    try {
      timer.execute(task);
    } catch (RejectedExecutionException _) {
      // Stopped meanwhile.
    }
  }

  private interface Sweep {
    void run() throws IOException;
  }

  private static void run(Sweep sweep) {
    try {
      sweep.run();
    } catch (IOException | DataAccessException e) {
      log.warn("cannot look at retention: {}; trying again later", e.getMessage());
    } catch (ServiceException e) {
      log.warn("cannot look at retention: {}; trying again later", e.detail());
    } catch (RuntimeException e) {
      log.error("cannot look at retention", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
