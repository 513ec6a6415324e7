package dev.gantry.node.exec;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecInspect;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** All execs of the node. */
public final class Execs {
  private static final Duration KEEP_ENDED = Duration.ofMinutes(5);
  private static final int MOST = 10_000;

  private final NodeId node;
  private final Operations operations;
  private final ExecRunner runner;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<ExecId, ExecCell> cells = new ConcurrentHashMap<>();

  public Execs(
      NodeId node,
      Operations operations,
      ExecRunner runner,
      InstantSource clock,
      RandomGenerator random) {
    this.node = node;
    this.operations = operations;
    this.runner = runner;
    this.clock = clock;
    this.random = random;
  }

  public ExecId create(ContainerCell cell, ExecCreateRequest request) {
    if (request.cmd() == null || request.cmd().isEmpty()) {
      throw new ServiceException(ErrorCode.INVALID, "No exec command specified");
    }
    requireRunning(cell);
    forgetOld();
    var exec = new ExecCell(ExecId.random(random, node), cell, request, clock.instant());
    cells.put(exec.id(), exec);
    operations.tell(
        cell,
        "exec_create: " + String.join(" ", request.cmd()),
        Map.of("execID", exec.id().value()));
    return exec.id();
  }

  private void requireRunning(ContainerCell cell) {
    var unused = operations.requireRunning(cell);
    if (cell.state() instanceof State.Paused) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "container " + cell.id() + " is paused, unpause the container before exec");
    }
  }

  /** Forgets execs that ended long ago, or whose container is gone. */
  private void forgetOld() {
    Instant limit = clock.instant().minus(KEEP_ENDED);
    cells
        .values()
        .removeIf(
            exec ->
                exec.container().isGone()
                    || (exec.state() instanceof ExecCell.State.Ended ended
                        && ended.at().isBefore(limit)));
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

  public boolean isTty(TeamId team, ExecId id) {
    return require(team, id).isTty();
  }

  /** Starts an exec that nobody reads; returns when it runs. */
  public void startDetached(TeamId team, ExecId id, ExecStartRequest start) {
    ExecCell exec = begin(team, id);
    try {
      runner.launch(exec, start, false);
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** The session of a client that reads it; refuses at once what cannot be started. */
  public StreamSession start(TeamId team, ExecId id, ExecStartRequest start) {
    ExecCell exec = begin(team, id);
    return connection -> runner.run(exec, start, connection);
  }

  private ExecCell begin(TeamId team, ExecId id) {
    ExecCell exec = require(team, id);
    requireRunning(exec.container());
    if (!exec.begin()) {
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
    return cells.values().stream()
        .filter(exec -> exec.container().id().equals(container) && !exec.isOver())
        .map(exec -> exec.id().value())
        .sorted()
        .toList();
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
        state instanceof ExecCell.State.Running running ? running.pid() : 0);
  }
}
