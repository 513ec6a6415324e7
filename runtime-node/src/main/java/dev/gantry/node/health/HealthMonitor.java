package dev.gantry.node.health;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.HealthCheck;
import dev.gantry.node.container.State;
import dev.gantry.node.exec.Execs;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes the containers that run and have a check. One timer knows when each is due; a thread is
 * there only while a probe runs. What a container costs between two probes is an entry in both.
 */
public final class HealthMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

  private final Containers containers;
  private final Execs execs;
  private final Checks.Means means;
  private final InstantSource clock;
  private final Map<ContainerId, Checks> checked = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("health-timer").factory());

  public HealthMonitor(Containers containers, Execs execs, InstantSource clock) {
    this.containers = containers;
    this.execs = execs;
    this.clock = clock;
    this.means =
        new Checks.Means(
            this::schedule, (cell, check) -> new Probe(execs, cell, check, clock), clock);
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Goes on with the containers that an earlier process left running. Their probes stay in step
   * with their starts: a restart of the node does not make them fall due all at once.
   */
  public void start() {
    for (ContainerCell cell : containers.all()) {
      State.Life life = cell.state().life();
      if (life != null) {
        HealthCheck.of(cell.record().spec().config()).ifPresent(check -> resume(cell, check, life));
      }
    }
  }

  private void resume(ContainerCell cell, HealthCheck check, State.Life life) {
    try {
      execs.endLeft(cell);
    } catch (IOException e) {
      log.warn("a probe of container {} may still run: {}", cell.id(), e.getMessage());
    }
    look(cell, cell.record(), check, sinceLast(check, life));
  }

  private Duration sinceLast(HealthCheck check, State.Life life) {
    long run = Math.max(0, Duration.between(life.startedAt(), clock.instant()).toNanos());
    return Duration.ofNanos(run % check.interval().toNanos());
  }

  /**
   * Begins and ends the checks of a container as its record wants it. Is called after each change,
   * while the container's cell is held, so it waits for nothing.
   */
  public void look(ContainerRecord record) {
    HealthCheck.of(record.spec().config())
        .ifPresent(
            check ->
                containers
                    .find(record.id())
                    .ifPresent(cell -> look(cell, record, check, Duration.ZERO)));
  }

  private void look(ContainerCell cell, ContainerRecord record, HealthCheck check, Duration since) {
    Checks unused =
        checked.compute(
            cell.id(),
            (_, present) -> {
              State.Life life =
                  record.state() instanceof State.Running running ? running.life() : null;
              if (present != null && present.isOf(life)) {
                return present;
              }
              if (present != null) {
                present.end();
              }
              return life == null ? null : begin(new Checks(means, cell, life, check), since);
            });
  }

  private static Checks begin(Checks checks, Duration since) {
    checks.begin(since);
    return checks;
  }

  private Future<?> schedule(String name, Runnable task, Duration delay) {
    return timer.schedule(
        () -> Thread.ofVirtual().name(name).start(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
