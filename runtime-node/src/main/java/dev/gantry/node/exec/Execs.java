package dev.gantry.node.exec;

import dev.gantry.engine.ConsoleSize;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecInspect;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.node.attach.Following;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.State;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.stream.StreamSession;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All execs of the node. */
public final class Execs {
  private static final Duration KEEP_ENDED = Duration.ofMinutes(5);
  private static final Duration KEEP_ENDED_WHEN_FULL = Duration.ofSeconds(10);
  private static final Duration LOOK_FOR_OLD = Duration.ofSeconds(30);
  private static final int MOST = 10_000;

  private final NodeId node;
  private final Operations operations;
  private final ExecRunner runner;
  private final Following following;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<ExecId, ExecCell> cells = new ConcurrentHashMap<>();
  private final Map<ContainerId, Set<String>> open = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> lookedForOld = new AtomicReference<>(Instant.MIN);

  public Execs(
      NodeId node,
      Operations operations,
      ExecRunner runner,
      Following following,
      InstantSource clock,
      RandomGenerator random) {
    this.node = node;
    this.operations = operations;
    this.runner = runner;
    this.following = following;
    this.clock = clock;
    this.random = random;
  }

  /** {@code docker exec} looks at the container first. */
  public void expect(ContainerCell cell) {
    if (cell.state() instanceof State.Running) {
      runner.expectStart();
    }
  }

  public ExecId create(ContainerCell cell, ExecCreateRequest request) {
    return register(cell, request, false).id();
  }

  /** One that the node runs for itself; it is forgotten with its end. */
  public CapturedExec captured(ContainerCell cell, ExecCreateRequest request) {
    ExecCell exec = register(cell, request, true);
    var unused = exec.watch(() -> forgetCaptured(exec));
    return new CapturedExec(runner, exec);
  }

  /** Ends those that an earlier process of the node left. */
  public void endLeft(ContainerCell cell) throws IOException {
    runner.killLeft(cell);
  }

  private void forgetCaptured(ExecCell exec) {
    if (exec.isOver()) {
      cells.remove(exec.id());
    }
  }

  private ExecCell register(ContainerCell cell, ExecCreateRequest request, boolean captured) {
    if (request.cmd() == null || request.cmd().isEmpty()) {
      throw new ServiceException(ErrorCode.INVALID, "No exec command specified");
    }
    checkSize(request.consoleSize());
    requireRunning(cell);
    runner.expectStart();
    forgetOld();
    var exec = new ExecCell(ExecId.random(random, node), cell, request, clock.instant(), captured);
    cells.put(exec.id(), exec);
    open.compute(
        cell.id(),
        (_, present) -> {
          Set<String> execs = present == null ? new ConcurrentSkipListSet<>() : present;
          execs.add(exec.id().value());
          return execs;
        });
    var unused = exec.watch(() -> forgetOver(exec));
    operations.tell(
        cell,
        "exec_create: " + String.join(" ", request.cmd()),
        Map.of("execID", exec.id().value()));
    return exec;
  }

  private void forgetOver(ExecCell exec) {
    if (exec.isOver()) {
      over(exec);
    }
  }

  private void over(ExecCell exec) {
    open.computeIfPresent(
        exec.container().id(),
        (_, execs) -> {
          execs.remove(exec.id().value());
          return execs.isEmpty() ? null : execs;
        });
  }

  private static void checkSize(@Nullable List<Integer> size) {
    try {
      var unused = ConsoleSize.of(size);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  private void requireRunning(ContainerCell cell) {
    var unused = operations.requireRunning(cell);
    if (cell.state() instanceof State.Paused) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "container " + cell.id() + " is paused, unpause the container before exec");
    }
  }

  /**
   * Forgets execs that ended long ago, or whose container is gone: now and then, so that a call
   * does not pay for how many there are.
   */
  private void forgetOld() {
    Instant now = clock.instant();
    Instant last = lookedForOld.get();
    boolean full = cells.size() >= MOST;
    if (!full && now.isBefore(last.plus(LOOK_FOR_OLD))) {
      return;
    }
    if (!lookedForOld.compareAndSet(last, now) && !full) {
      return;
    }
    Instant limit = now.minus(full ? KEEP_ENDED_WHEN_FULL : KEEP_ENDED);
    for (ExecCell exec : cells.values()) {
      if (exec.container().isGone()
          || (exec.state() instanceof ExecCell.State.Ended ended && ended.at().isBefore(limit))) {
        cells.remove(exec.id());
        over(exec);
      }
    }
    if (cells.size() >= MOST) {
      throw new ServiceException(ErrorCode.UNAVAILABLE, "the node has too many execs");
    }
  }

  private ExecCell require(TeamId team, ExecId id) {
    ExecCell exec = cells.get(id);
    if (exec == null
        || exec.container().isGone()
        || !exec.container().record().team().equals(team)) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "No such exec instance: " + id);
    }
    return exec;
  }

  /** Starts an exec that nobody reads; returns when it runs. */
  public void startDetached(TeamId team, ExecId id, ExecStartRequest start) {
    ExecCell exec = begin(team, id, start);
    try {
      runner.launch(exec, start, false);
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** The session of a client that reads it; refuses at once what may not be started. */
  public StreamSession start(TeamId team, ExecId id, ExecStartRequest start) {
    ExecCell exec = begin(team, id, start);
    return runner.pipes(exec)
        ? PipedExec.start(runner, exec, following)
        : connection -> new ConmonExec(runner, following, exec).run(start, connection);
  }

  private ExecCell begin(TeamId team, ExecId id, ExecStartRequest start) {
    ExecCell exec = require(team, id);
    checkSize(start.consoleSize());
    requireRunning(exec.container());
    if (!exec.begin(start)) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          exec.isOver()
              ? "Error: Exec command " + id + " has already run"
              : "Error: Exec command " + id + " is already running");
    }
    return exec;
  }

  public void resize(TeamId team, ExecId id, int rows, int columns) {
    ExecCell exec = require(team, id);
    try {
      runner.awaitRunning(exec);
      if (!Conmon.resize(runner.files(exec, true), rows, columns)) {
        throw new ServiceException(ErrorCode.CONFLICT, "exec " + id + " is not running");
      }
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.INTERNAL, "cannot resize exec " + id + ": " + e.getMessage(), e);
    }
  }

  /** The execs of a container that are not over. */
  public List<String> of(ContainerId container) {
    Set<String> found = open.get(container);
    return found == null ? List.of() : List.copyOf(found);
  }

  public ExecInspect inspect(TeamId team, ExecId id) {
    ExecCell exec = require(team, id);
    ExecCreateRequest request = exec.request();
    List<String> command = Optional.ofNullable(request.cmd()).orElse(List.of(""));
    ExecCell.State state = exec.state();
    return new ExecInspect(
        id.value(),
        state instanceof ExecCell.State.Running || state instanceof ExecCell.State.Starting,
        state instanceof ExecCell.State.Ended ended ? ended.exitCode() : null,
        new ExecInspect.ProcessConfig(
            exec.isTty(),
            command.getFirst(),
            command.subList(1, command.size()),
            Boolean.TRUE.equals(request.privileged()),
            request.user()),
        Boolean.TRUE.equals(request.attachStdin()),
        Boolean.TRUE.equals(request.attachStderr()),
        Boolean.TRUE.equals(request.attachStdout()),
        exec.isOver(),
        exec.container().id().value(),
        request.detachKeys() == null ? "" : request.detachKeys(),
        runner.pid(exec));
  }
}
