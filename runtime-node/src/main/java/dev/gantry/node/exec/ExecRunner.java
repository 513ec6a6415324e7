package dev.gantry.node.exec;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.StreamFrame;
import dev.gantry.node.attach.FollowGrowth;
import dev.gantry.node.attach.Stdin;
import dev.gantry.node.attach.StdinPump;
import dev.gantry.node.bundle.Bundles;
import dev.gantry.node.bundle.Users;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.RecordTree;
import dev.gantry.node.lifecycle.Kernel;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.lifecycle.StartFailure;
import dev.gantry.node.log.ContainerLog;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.ContainerProcess;
import dev.gantry.node.runtime.ExitWatch;
import dev.gantry.node.runtime.RunFiles;
import dev.gantry.node.runtime.RuntimeFailure;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs execs under conmon, and carries their streams. */
public final class ExecRunner {
  private static final Logger log = LoggerFactory.getLogger(ExecRunner.class);
  private static final int UNKNOWN = 255;

  private final NodeFiles files;
  private final Conmon conmon;
  private final Bundles bundles;
  private final SnapshotStore snapshots;
  private final ExitWatch exits;
  private final LogWatch watch;
  private final Operations operations;
  private final FaultPoints faults;
  private final InstantSource clock;

  public ExecRunner(
      NodeFiles files,
      Kernel kernel,
      LogWatch watch,
      Operations operations,
      FaultPoints faults,
      InstantSource clock) {
    this.files = files;
    this.conmon = kernel.conmon();
    this.bundles = kernel.bundles();
    this.snapshots = kernel.snapshots();
    this.exits = kernel.exits();
    this.watch = watch;
    this.operations = operations;
    this.faults = faults;
    this.clock = clock;
  }

  RunFiles files(ExecCell exec, boolean read) {
    return files.execFiles(exec.container().id(), exec.id(), read);
  }

  /** Starts the process; when this returns it runs. */
  void launch(ExecCell exec, ExecStartRequest start, boolean read) throws IOException {
    ContainerRecord record = exec.container().record();
    ExecCreateRequest request = exec.request();
    RunFiles run = files(exec, read);
    try {
      Files.createDirectories(run.folder());
      Path folder = run.log().getParent();
      if (read && folder != null) {
        Files.createDirectories(folder);
      }
      bundles.writeExec(
          run.processFile(),
          request,
          record.spec().config(),
          record.spec().host(),
          String.valueOf(record.spec().config().hostname()),
          snapshots.mountPoint(record.id()));
      faults.pass("exec.beforeRuntime");
      boolean stdin = read && Boolean.TRUE.equals(request.attachStdin());
      ContainerProcess process =
          conmon.exec(run, new Conmon.Streams(exec.isTty(), stdin, !exec.isTty()));
      faults.pass("exec.afterRuntime");
      size(run, exec, start);
      exec.become(new ExecCell.State.Running(process.pid()));
      tell(exec, "exec_start: " + String.join(" ", command(exec)), Map.of());
      exits.watch(process, () -> ended(exec, run));
    } catch (RuntimeFailure | Users.UnknownUserException e) {
      StartFailure failure = StartFailure.ofExec(String.valueOf(e.getMessage()));
      failed(exec, run, failure.exitCode());
      throw new IOException(failure.message(), e);
    } catch (IOException | RuntimeException e) {
      failed(exec, run, StartFailure.OTHER);
      throw e;
    }
  }

  private static List<String> command(ExecCell exec) {
    List<String> command = exec.request().cmd();
    return command == null ? List.of() : command;
  }

  private static void size(RunFiles run, ExecCell exec, ExecStartRequest start) throws IOException {
    List<Integer> size =
        start.consoleSize() != null ? start.consoleSize() : exec.request().consoleSize();
    if (exec.isTty() && size != null && size.size() == 2 && size.getFirst() > 0) {
      Conmon.resize(run, size.getFirst(), size.getLast());
    }
  }

  private void failed(ExecCell exec, RunFiles run, int exitCode) {
    exec.become(new ExecCell.State.Ended(exitCode, clock.instant()));
    clean(run);
  }

  private void ended(ExecCell exec, RunFiles run) {
    int code = UNKNOWN;
    try {
      code = Conmon.exitCode(run).orElse(UNKNOWN);
    } catch (IOException e) {
      log.warn("the exit code of exec {} cannot be read: {}", exec.id(), e.toString());
    }
    exec.become(new ExecCell.State.Ended(code, clock.instant()));
    tell(exec, "exec_die", Map.of("exitCode", Integer.toString(code)));
    clean(run);
  }

  private void clean(RunFiles run) {
    try {
      RecordTree.delete(run.folder());
      RecordTree.delete(run.sockets().resolve(run.shortName()));
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", run.folder(), e.toString());
    }
  }

  private void tell(ExecCell exec, String action, Map<String, String> more) {
    Map<String, String> attributes = new LinkedHashMap<>(more);
    attributes.put("execID", exec.id().value());
    operations.tell(exec.container(), action, attributes);
  }

  /** Waits, not long, for a start that is under way. */
  void awaitRunning(ExecCell exec) throws IOException {
    var wake = new Semaphore(0);
    try (var _ = exec.watch(wake::release)) {
      for (int i = 0; i < 20 && exec.state() instanceof ExecCell.State.Starting; i++) {
        var unused = wake.tryAcquire(100, TimeUnit.MILLISECONDS);
      }
    } catch (Exception e) {
      throw new IOException(e);
    }
    if (!(exec.state() instanceof ExecCell.State.Running)) {
      throw new IOException("it is not running");
    }
  }

  /** A client's session: starts the process and carries its streams until one of them is over. */
  void run(ExecCell exec, ExecStartRequest start, StreamConnection connection) throws Exception {
    RunFiles run = files(exec, true);
    try {
      try {
        launch(exec, start, true);
      } catch (IOException | RuntimeException e) {
        tellClient(exec, connection, String.valueOf(e.getMessage()) + "\r\n");
        return;
      }
      ExecCreateRequest request = exec.request();
      try (var growth = new FollowGrowth(exec::isOver, exec::watch, connection, watch, run.log())) {
        connection.startInput(input(exec, run, growth.trimming(run.log())));
        new ContainerLog(run.log())
            .replay(
                0,
                Boolean.TRUE.equals(request.attachStdout()),
                Boolean.TRUE.equals(request.attachStderr()),
                exec.isTty(),
                growth,
                connection.output());
      }
    } finally {
      removeOutput(exec, run);
    }
  }

  private StreamInput input(ExecCell exec, RunFiles run, FollowGrowth growth) {
    if (!Boolean.TRUE.equals(exec.request().attachStdin())) {
      return StreamInput.IGNORED;
    }
    DetachKeys keys =
        exec.isTty() ? DetachKeys.parse(exec.request().detachKeys()) : DetachKeys.none();
    return new StdinPump(
        () -> Stdin.open(run),
        keys,
        !exec.isTty(),
        new StdinPump.Session() {
          @Override
          public void leave() {
            growth.leave();
          }

          @Override
          public void detached() {
            tell(exec, "exec_detach", Map.of());
          }

          @Override
          public boolean isRunning() {
            return !exec.isOver();
          }
        });
  }

  private static void tellClient(ExecCell exec, StreamConnection connection, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!exec.isTty()) {
      byte[] header = new byte[StreamFrame.HEADER_BYTES];
      StreamFrame.writeHeader(header, 0, StreamFrame.STDOUT, bytes.length);
      connection.output().write(header);
    }
    connection.output().write(bytes);
    connection.output().flush();
  }

  /** Nobody will read the output any more; conmon may go on writing to the file without a name. */
  private void removeOutput(ExecCell exec, RunFiles run) {
    try {
      Path folder = run.log().getParent();
      if (folder != null) {
        RecordTree.delete(folder);
      }
    } catch (IOException e) {
      log.warn("cannot remove the output of exec {}: {}", exec.id(), e.toString());
    }
  }
}
