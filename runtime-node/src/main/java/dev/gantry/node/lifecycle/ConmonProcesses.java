package dev.gantry.node.lifecycle;

import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.cgroup.Limits;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.ContainerProcess;
import dev.gantry.node.runtime.ExitWatch;
import dev.gantry.node.runtime.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Processes as the kernel and conmon have them. */
final class ConmonProcesses implements Processes {
  /** The code of a process that ended unseen, as the engine tells it. */
  private static final int UNKNOWN = 255;

  private final NodeFiles files;
  private final Cgroups cgroups;
  private final ExitWatch exits;
  private final InstantSource clock;

  ConmonProcesses(NodeFiles files, Cgroups cgroups, ExitWatch exits, InstantSource clock) {
    this.files = files;
    this.cgroups = cgroups;
    this.exits = exits;
    this.clock = clock;
  }

  @Override
  public void signal(ContainerRecord record, int signal) throws IOException {
    State.Life life = record.state().life();
    if (life == null) {
      return;
    }
    var process = PidFd.open(life.pid(), life.pidStart());
    if (process.isPresent()) {
      try (PidFd held = process.get()) {
        held.signal(signal);
      }
    }
  }

  @Override
  public void freeze(ContainerRecord record) throws IOException {
    cgroups.freeze(record.id().value());
  }

  @Override
  public void thaw(ContainerRecord record) throws IOException {
    cgroups.thaw(record.id().value());
  }

  @Override
  public void limit(ContainerRecord record) throws IOException {
    cgroups.limit(record.id().value(), Limits.of(record.spec().host()));
  }

  @Override
  public boolean resize(ContainerRecord record, int rows, int columns) throws IOException {
    return Conmon.resize(files.runFiles(record.id()), rows, columns);
  }

  @Override
  public Set<Integer> pids(ContainerRecord record) throws IOException {
    return cgroups.pids(record.id().value());
  }

  @Override
  public Exit awaitExit(ContainerRecord record, State.Life life)
      throws IOException, InterruptedException {
    var ended = new CountDownLatch(1);
    exits.watch(
        new ContainerProcess(life.pid(), life.pidStart(), life.conmonPid(), life.conmonStart()),
        ended::countDown);
    ended.await(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    RunFiles run = files.runFiles(record.id());
    OptionalInt code = Conmon.exitCode(run);
    boolean oom = Conmon.oomKilled(run) || cgroups.oomKills(record.id().value()) > 0;
    Instant at =
        code.isPresent() ? Files.getLastModifiedTime(run.exitFile()).toInstant() : clock.instant();
    // Times of files have the grain of the kernel's tick: a run does not end before it began.
    Instant end = at.isBefore(life.startedAt()) ? life.startedAt() : at;
    return new Exit(code.orElse(UNKNOWN), oom, end);
  }
}
