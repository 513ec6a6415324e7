package dev.gantry.node.exec;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.node.container.ContainerCell;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** One exec and how it is going. */
final class ExecCell {

  /** What became of it so far. */
  sealed interface State {
    record Created() implements State {}

    record Starting() implements State {}

    record Running() implements State {}

    record Ended(int exitCode, Instant at) implements State {}
  }

  private final ExecId id;
  private final ContainerCell container;
  private final ExecCreateRequest request;
  private final Instant created;
  private final boolean captured;
  private final AtomicReference<State> state = new AtomicReference<>(new State.Created());
  private volatile boolean framed = true;
  private final Set<Runnable> watchers = ConcurrentHashMap.newKeySet();

  /**
   * @param captured whether the node runs it for itself
   */
  ExecCell(
      ExecId id,
      ContainerCell container,
      ExecCreateRequest request,
      Instant created,
      boolean captured) {
    this.id = id;
    this.container = container;
    this.request = request;
    this.created = created;
    this.captured = captured;
  }

  ExecId id() {
    return id;
  }

  ContainerCell container() {
    return container;
  }

  ExecCreateRequest request() {
    return request;
  }

  Instant created() {
    return created;
  }

  boolean isCaptured() {
    return captured;
  }

  boolean isTty() {
    return Boolean.TRUE.equals(request.tty());
  }

  State state() {
    return state.get();
  }

  /** Whether the client's output is told apart in frames: the start says so, not the terminal. */
  boolean isFramed() {
    return framed;
  }

  /** False for all but the first who start it. */
  boolean begin(ExecStartRequest start) {
    if (state.get() instanceof State.Created) {
      framed = !Boolean.TRUE.equals(start.tty());
    }
    return state.get() instanceof State.Created created
        && state.compareAndSet(created, new State.Starting());
  }

  void become(State next) {
    state.set(next);
    watchers.forEach(Runnable::run);
  }

  boolean isOver() {
    return state.get() instanceof State.Ended;
  }

  AutoCloseable watch(Runnable watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }
}
