package dev.gantry.node.container;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.log.AttachedReaders;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One container and its one writer: who holds the cell may change the record, everyone may read the
 * last one without waiting. Callers queue in order, so many and so long; what takes long (waiting
 * for an exit) is done without holding the cell.
 *
 * <p>Watchers are told that something changed, not what: they look at the record, and at the count
 * of runs, which tells also those who come late.
 */
public final class ContainerCell {
  private static final int MAX_WAITING = 64;
  private static final long MAX_WAIT_SECONDS = 60;

  /** What is done while holding the cell. */
  @FunctionalInterface
  public interface Action<T> {
    T run() throws IOException;
  }

  private final RecordFiles files;
  private final Containers.Listener listener;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Set<Runnable> watchers = ConcurrentHashMap.newKeySet();
  private final AttachedReaders readers = new AttachedReaders();
  private volatile ContainerRecord record;
  private volatile boolean gone;
  private volatile int startedRuns;
  private volatile int endedRuns;
  private volatile State.@Nullable End lastEnd;

  ContainerCell(RecordFiles files, Containers.Listener listener, ContainerRecord record) {
    this.files = files;
    this.listener = listener;
    this.record = record;
    this.lastEnd = record.state().last();
    this.startedRuns = record.state().life() == null ? 0 : 1;
  }

  public ContainerRecord record() {
    return record;
  }

  public ContainerId id() {
    return record.id();
  }

  public State state() {
    return record.state();
  }

  /** The clients that are attached to it. */
  public AttachedReaders readers() {
    return readers;
  }

  /** Whether the container was removed. */
  public boolean isGone() {
    return gone;
  }

  /** Runs that have begun since the agent knows the container; a failed start counts as one. */
  public int startedRuns() {
    return startedRuns;
  }

  /** Runs of which everything, output included, is over. */
  public int endedRuns() {
    return endedRuns;
  }

  /** How the last run ended. */
  public State.@Nullable End lastEnd() {
    return lastEnd;
  }

  /** The run that output read from now on belongs to: the present one, or the next. */
  public int presentOrNextRun() {
    return record.state().life() == null ? endedRuns + 1 : startedRuns;
  }

  /** Does something that changes the container, alone and in turn. */
  public <T> T exclusively(Action<T> action) {
    if (lock.getQueueLength() >= MAX_WAITING) {
      throw new ServiceException(
          ErrorCode.UNAVAILABLE, "container " + id() + " has too many calls waiting");
    }
    try {
      if (!lock.tryLock(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new ServiceException(ErrorCode.TIMEOUT, "container " + id() + " is busy");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.UNAVAILABLE, "the node is stopping", e);
    }
    return held(action);
  }

  /**
   * The same for what has happened already and cannot be refused, such as an end: waits as long as
   * it takes.
   */
  public <T> T insist(Action<T> action) {
    lock.lock();
    return held(action);
  }

  private <T> T held(Action<T> action) {
    try {
      if (gone) {
        throw Containers.absent(id().value());
      }
      return action.run();
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e);
    } finally {
      lock.unlock();
    }
  }

  /** Records what happened and tells it; only while holding the cell. */
  public ContainerRecord apply(State.Input input, List<Fact> facts) throws IOException {
    State next = record.state().after(input);
    if (next == null) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "container " + id() + " is " + record.state().status() + ", which does not allow this");
    }
    return write(record.next(next, facts));
  }

  /** Records a new version and tells it; only while holding the cell. */
  public ContainerRecord write(ContainerRecord next) throws IOException {
    requireHeld();
    files.write(next);
    State.End end = next.state().last();
    record = next;
    if (end != null) {
      lastEnd = end;
    }
    listener.changed(next);
    wake();
    return next;
  }

  /**
   * Keeps findings that change often and tell nothing new until the next write; only while holding
   * the cell. A crash loses them.
   */
  public void remember(HealthState found) {
    requireHeld();
    record = record.checked(found);
  }

  private void requireHeld() {
    if (!lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the cell of " + id() + " is not held");
    }
  }

  /** A run has begun. */
  public void runStarted() {
    startedRuns = endedRuns + 1;
  }

  /** A run and its output are over; also a start that failed. */
  public void runEnded() {
    endedRuns = Math.max(startedRuns, endedRuns + 1);
    startedRuns = endedRuns;
    wake();
  }

  /** The container is removed: nothing of it is left. Only while holding the cell. */
  void delete(List<Fact> facts) throws IOException {
    listener.removed(record.next(record.run(), facts));
    files.delete(id());
    gone = true;
    endedRuns = Integer.MAX_VALUE;
    wake();
  }

  /** Tells something that changes no record. */
  public void tell(Fact fact) {
    listener.happened(record, fact);
  }

  /** Calls {@code watcher} after each change until the answer is closed. */
  public Watch watch(Runnable watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** An interest in changes; closing ends it. */
  @FunctionalInterface
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Tells all watchers to look again. */
  public void wake() {
    for (Runnable watcher : new ArrayList<>(watchers)) {
      watcher.run();
    }
  }
}
