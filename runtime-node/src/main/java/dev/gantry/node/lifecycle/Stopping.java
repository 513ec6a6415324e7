package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.HealthState;
import dev.gantry.node.container.Signals;
import dev.gantry.node.container.State;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stops, signals, pauses. What waits for an exit does not hold the cell meanwhile. */
final class Stopping {
  private static final int DEFAULT_TIMEOUT_SECONDS = 10;
  private static final Duration KILL_WAIT = Duration.ofSeconds(15);

  private final Context context;

  Stopping(Context context) {
    this.context = context;
  }

  /** False where it did not run. */
  boolean stop(ContainerCell cell, @Nullable Integer timeout, @Nullable String signal) {
    ContainerRecord record = cell.record();
    int number = Signals.parse(signal, Signals.parse(record.spec().config().stopSignal()));
    Integer configured = record.spec().config().stopTimeout();
    int seconds =
        timeout != null ? timeout : configured != null ? configured : DEFAULT_TIMEOUT_SECONDS;
    OptionalInt run = endOrSignal(cell, number, true);
    if (run.isEmpty()) {
      return false;
    }
    Duration patience = seconds < 0 ? Duration.ofDays(36500) : Duration.ofSeconds(seconds);
    if (!awaitEnd(cell, run.getAsInt(), patience)) {
      kill(cell, run.getAsInt());
    }
    if (!cell.isGone()) {
      cell.tell(context.fact(cell.record(), "stop"));
    }
    return true;
  }

  private void kill(ContainerCell cell, int run) {
    boolean unused =
        cell.exclusively(() -> cell.startedRuns() == run && signal(cell, Signals.KILL, true));
    if (!awaitEnd(cell, run, KILL_WAIT)) {
      throw new ServiceException(
          ErrorCode.INTERNAL,
          "cannot stop container: "
              + cell.id()
              + ": tried to kill container, but did not receive an exit event");
    }
  }

  /**
   * Sends a signal, or ends the wait for a restart. The run that it was sent to, as a start may
   * have held the cell until now; one that is over where a restart was waited for, and empty where
   * nothing ran.
   */
  private OptionalInt endOrSignal(ContainerCell cell, int number, boolean ends) {
    return cell.exclusively(
        () -> {
          boolean busy =
              cell.state() instanceof State.Restarting ? giveUp(cell) : signal(cell, number, ends);
          return busy ? OptionalInt.of(cell.startedRuns()) : OptionalInt.empty();
        });
  }

  /** Ends the wait for a restart; true as for a container that ran, which it is to its callers. */
  private static boolean giveUp(ContainerCell cell) throws IOException {
    State exited = Objects.requireNonNull(cell.state().after(new State.Input.GiveUp()));
    ContainerRecord record = cell.record();
    ContainerRecord unused = cell.write(record.next(record.run().in(exited).stopped(), List.of()));
    return true;
  }

  /** {@code docker kill}. */
  void kill(ContainerCell cell, @Nullable String signal) {
    int number = Signals.parse(signal, Signals.KILL);
    OptionalInt run = endOrSignal(cell, number, endsIt(cell.record(), number));
    if (run.isEmpty()) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "cannot kill container: %s: container %s is not running".formatted(cell.id(), cell.id()));
    }
    if (number == Signals.KILL) {
      awaitEnd(cell, run.getAsInt(), KILL_WAIT);
    }
  }

  /**
   * Sends a signal; false where nothing runs.
   *
   * @param ends whether a user wants the end of the container by it, which is recorded
   */
  private boolean signal(ContainerCell cell, int number, boolean ends) throws IOException {
    ContainerRecord record = cell.record();
    if (record.state().life() == null) {
      return false;
    }
    ContainerRecord.Run run = record.run();
    State state = run.state();
    boolean paused = state instanceof State.Paused;
    if (paused && ends) {
      state = new State.Running(Objects.requireNonNull(state.life()));
    }
    ContainerRecord.Run signalled = run.in(state);
    cell.write(
        record.next(
            ends ? signalled.stopped() : signalled,
            List.of(context.fact(record, "kill", Map.of("signal", Integer.toString(number))))));
    context.processes().signal(record, number);
    context.faults().pass("stop.afterSignal");
    if (paused && !(state instanceof State.Paused)) {
      context.processes().thaw(record);
    }
    return true;
  }

  /** Whether a signal is meant to end the container; where none is named for that, each may be. */
  private static boolean endsIt(ContainerRecord record, int number) {
    String named = record.spec().config().stopSignal();
    return number == Signals.KILL
        || named == null
        || named.isEmpty()
        || number == Signals.parse(named);
  }

  void pause(ContainerCell cell) {
    Object unused =
        cell.exclusively(
            () -> {
              if (cell.state() instanceof State.Paused) {
                throw conflict("container " + cell.id() + " is already paused");
              }
              if (!freeze(cell, false)) {
                throw Operations.notRunning(cell);
              }
              return cell;
            });
  }

  private boolean freeze(ContainerCell cell, boolean brief) throws IOException {
    ContainerRecord record = cell.record();
    State paused = record.state().after(new State.Input.Frozen(brief));
    if (paused == null) {
      return false;
    }
    HealthState health = record.run().health();
    ContainerRecord.Run run =
        record.run().in(paused).checked(health == null ? null : health.unchecked());
    if (brief) {
      // Recorded first: a crash in between must not leave what nobody lets go on.
      var unused = cell.write(record.next(run, List.of(context.fact(record, "pause"))));
      try {
        context.processes().freeze(record);
      } catch (IOException e) {
        var again = thaw(cell);
        throw e;
      }
    } else {
      context.processes().freeze(record);
      var unused = cell.write(record.next(run, List.of(context.fact(record, "pause"))));
    }
    return true;
  }

  /** Holds a container for a moment; false where there is nothing to hold. */
  boolean pauseBriefly(ContainerCell cell) {
    return cell.exclusively(() -> freeze(cell, true));
  }

  /** Lets a container go on that was held for a moment, unless somebody else has meanwhile. */
  void resumeBriefly(ContainerCell cell) {
    Object unused =
        cell.insist(
            () ->
                cell.state() instanceof State.Paused(_, boolean brief) && brief
                    ? thaw(cell)
                    : cell.record());
  }

  void unpause(ContainerCell cell) {
    Object unused =
        cell.exclusively(
            () -> {
              if (!(cell.state() instanceof State.Paused)) {
                throw conflict("Container " + cell.id() + " is not paused");
              }
              return thaw(cell);
            });
  }

  private ContainerRecord thaw(ContainerCell cell) throws IOException {
    context.processes().thaw(cell.record());
    return cell.apply(new State.Input.Thawed(), List.of(context.fact(cell.record(), "unpause")));
  }

  /** Whether the run ended in time. */
  static boolean awaitEnd(ContainerCell cell, int run, Duration patience) {
    var wake = new Semaphore(0);
    long deadline = System.nanoTime() + Math.min(patience.toSeconds(), 1L << 31) * 1_000_000_000L;
    try (var _ = cell.watch(wake::release)) {
      while (cell.endedRuns() < run && !cell.isGone()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        var unused = wake.tryAcquire(left, TimeUnit.NANOSECONDS);
        wake.drainPermits();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.UNAVAILABLE, "the node is stopping", e);
    }
  }

  private static ServiceException conflict(String message) {
    return new ServiceException(ErrorCode.CONFLICT, message);
  }
}
