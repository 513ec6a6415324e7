package dev.gantry.node.health;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.HealthCheck;
import dev.gantry.node.container.HealthState;
import dev.gantry.node.container.State;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The probes of one run of a container, one after the other, until the run ends or is paused. */
final class Checks {
  private static final Logger log = LoggerFactory.getLogger(Checks.class);

  private final Means means;
  private final ContainerCell cell;
  private final State.Life life;
  private final HealthCheck check;
  private @Nullable Future<?> next;
  private @Nullable Probe running;
  private volatile boolean over;

  /** What checks of all containers share. */
  record Means(Timer timer, Prober prober, InstantSource clock) {}

  /** Runs something on a thread of its own, later. */
  @FunctionalInterface
  interface Timer {
    Future<?> schedule(String name, Runnable task, Duration delay);
  }

  /** Makes a probe of a container. */
  @FunctionalInterface
  interface Prober {
    Probe probe(ContainerCell cell, HealthCheck check);
  }

  Checks(Means means, ContainerCell cell, State.Life life, HealthCheck check) {
    this.means = means;
    this.cell = cell;
    this.life = life;
    this.check = check;
  }

  boolean isOf(State.@Nullable Life other) {
    return life.equals(other);
  }

  /**
   * @param since how long ago the last probe was, as far as anybody knows
   */
  void begin(Duration since) {
    Duration pause = pause().minus(since);
    later(pause.isNegative() ? Duration.ZERO : pause);
  }

  /** No more probes; one that is under way is killed, and what it finds is not heard. */
  synchronized void end() {
    over = true;
    if (next != null) {
      next.cancel(false);
    }
    if (running != null) {
      running.cancel();
    }
  }

  private Duration pause() {
    HealthState now = cell.record().run().health();
    HealthState.Status status = now == null ? HealthState.Status.STARTING : now.status();
    return check.pause(status, life.startedAt(), means.clock().instant());
  }

  private synchronized void later(Duration pause) {
    if (!over) {
      next = means.timer().schedule("health-" + cell.id().shortForm(), this::probe, pause);
    }
  }

  private void probe() {
    try {
      Probe probe = means.prober().probe(cell, check);
      begun(probe);
      found(probe.run());
    } catch (ServiceException e) {
      // A container that has just ended, is paused or gone runs nothing, and is not checked.
      if (e.code() != ErrorCode.CONFLICT && e.code() != ErrorCode.NOT_FOUND) {
        log.warn("container {} was not checked: {}", cell.id(), e.detail());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    later(pause());
  }

  private synchronized void begun(Probe probe) {
    running = probe;
    if (over) {
      probe.cancel();
    }
  }

  private void found(HealthState.Result result) {
    boolean unused =
        cell.insist(
            () -> {
              boolean heard = !over && isOf(cell.state().life());
              if (heard) {
                record(result);
              }
              return heard;
            });
  }

  /** Only a change of the status is worth a write, and is told. */
  private void record(HealthState.Result result) throws IOException {
    ContainerRecord record = cell.record();
    HealthState known = record.run().health();
    HealthState before = known == null ? HealthState.starting(null) : known;
    HealthState after = before.after(result, check, life.startedAt());
    if (after.status() == before.status()) {
      cell.remember(after);
      return;
    }
    Fact fact =
        Fact.of(cell.id(), "health_status: " + after.status().word(), means.clock().instant());
    ContainerRecord unused = cell.write(record.next(record.run().checked(after), List.of(fact)));
  }
}
