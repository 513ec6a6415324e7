package dev.gantry.node.lifecycle;

import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.cgroup.Limits;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.ContainerProcess;
import dev.gantry.node.runtime.OciRuntime;
import dev.gantry.node.runtime.OciRuntimes;
import dev.gantry.node.runtime.RunFiles;
import dev.gantry.node.runtime.RuntimeFailure;
import dev.gantry.node.socket.TeamSockets;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The container's process, made by the OCI runtime under conmon, and started. */
final class RuntimeHook implements Hook {
  private final NodeFiles files;
  private final OciRuntimes runtimes;
  private final Conmon conmon;
  private final Cgroups cgroups;
  private final TeamSockets sockets;
  private final FaultPoints faults;
  private final InstantSource clock;

  RuntimeHook(NodeFiles files, Kernel kernel, FaultPoints faults, InstantSource clock) {
    this.files = files;
    this.runtimes = kernel.runtimes();
    this.conmon = kernel.conmon();
    this.cgroups = kernel.cgroups();
    this.sockets = kernel.sockets();
    this.faults = faults;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "runtime";
  }

  @Override
  public void prepare() {
    cgroups.expectMove();
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    int attempt = record.state() instanceof State.Restarting waiting ? waiting.attempt() : 0;
    var config = record.spec().config();
    var streams =
        new Conmon.Streams(
            record.isTty(),
            Boolean.TRUE.equals(config.openStdin()),
            Boolean.TRUE.equals(config.stdinOnce()) && !record.isTty());
    cgroups.expectMove();
    try {
      OciRuntime runtime = runtimes.of(record.spec().runtime());
      ContainerProcess process =
          conmon.create(
              runtime, files.runFiles(record.id()), streams, sockets.descriptor(record.id()));
      faults.pass("start.afterCreate");
      weigh(record);
      runtime.start(record.id().value());
      assembly.life(
          new State.Life(
              process.pid(),
              process.startTime(),
              process.conmonPid(),
              process.conmonStartTime(),
              clock.instant(),
              attempt));
    } catch (RuntimeFailure e) {
      throw new OciFailure(String.valueOf(e.getMessage()));
    }
  }

  /** The weight of block I/O is not left to the runtime: not all know that of BFQ. */
  private void weigh(ContainerRecord record) throws IOException {
    Limits limits = Limits.of(record.spec().host());
    if (limits.blkioWeight() > 0) {
      cgroups.limit(record.id().value(), limits);
    }
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    String id = record.id().value();
    Path state = runtimes.state().resolve(id);
    if (Files.exists(state)) {
      if (cgroups.pids(id).isEmpty()) {
        // Nothing lives: what is left are files and empty groups, for which no program is needed.
        Trees.delete(state);
      } else {
        runtimes.delete(id);
      }
    }
    cgroups.remove(id);
    RunFiles run = files.runFiles(record.id());
    Trees.delete(run.sockets().resolve(run.shortName()));
  }
}
