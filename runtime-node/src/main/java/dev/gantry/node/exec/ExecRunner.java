package dev.gantry.node.exec;

import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.StreamFrame;
import dev.gantry.node.bundle.Bundles;
import dev.gantry.node.bundle.ExecInput;
import dev.gantry.node.bundle.Users;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.Offspring;
import dev.gantry.node.kernel.PipedProgram;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.lifecycle.Kernel;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.lifecycle.StartFailure;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.ContainerProcess;
import dev.gantry.node.runtime.ExitWatch;
import dev.gantry.node.runtime.OciRuntime;
import dev.gantry.node.runtime.OciRuntimes;
import dev.gantry.node.runtime.RunFiles;
import dev.gantry.node.runtime.RuntimeFailure;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the processes of execs, and sees to it that their ends are known. */
public final class ExecRunner {
  private static final Logger log = LoggerFactory.getLogger(ExecRunner.class);
  private static final int UNKNOWN = 255;
  private static final ExecStartRequest WITHOUT_TERMINAL = new ExecStartRequest(false, false, null);

  private final NodeFiles files;
  private final OciRuntimes runtimes;
  private final Conmon conmon;
  private final Bundles bundles;
  private final SnapshotStore snapshots;
  private final Cgroups cgroups;
  private final ExitWatch exits;
  private final Poller poller;
  private final Operations operations;
  private final FaultPoints faults;
  private final InstantSource clock;

  public ExecRunner(
      NodeFiles files,
      Kernel kernel,
      Poller poller,
      Operations operations,
      FaultPoints faults,
      InstantSource clock) {
    this.files = files;
    this.runtimes = kernel.runtimes();
    this.conmon = kernel.conmon();
    this.bundles = kernel.bundles();
    this.snapshots = kernel.snapshots();
    this.cgroups = kernel.cgroups();
    this.exits = kernel.exits();
    this.poller = poller;
    this.operations = operations;
    this.faults = faults;
    this.clock = clock;
  }

  RunFiles files(ExecCell exec, boolean read) {
    return exec.isCaptured()
        ? files.captureFiles(exec.container().id(), exec.id())
        : files.execFiles(exec.container().id(), exec.id(), read);
  }

  /** An exec will be started soon, or is. */
  void expectStart() {
    cgroups.expectMove();
  }

  /** The process as the host numbers it; 0 where it does not run. */
  int pid(ExecCell exec) {
    return exec.state() instanceof ExecCell.State.Running ? pid(files(exec, false)) : 0;
  }

  private static int pid(RunFiles run) {
    try {
      return Integer.parseInt(Files.readString(run.pidFile()).strip());
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }

  /** Whether an exec that a client reads needs no conmon. */
  boolean pipes(ExecCell exec) {
    return !exec.isTty() && runtime(exec).leavesStreams();
  }

  private OciRuntime runtime(ExecCell exec) {
    try {
      return runtimes.of(exec.container().record().spec().runtime());
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e);
    }
  }

  /** Starts the process under conmon; when this returns it runs. */
  void launch(ExecCell exec, ExecStartRequest start, boolean read) throws StartException {
    RunFiles run = files(exec, read);
    var unused =
        launched(
            exec,
            start,
            run,
            () -> {
              Path folder = run.log().getParent();
              if (read && folder != null) {
                Files.createDirectories(folder);
              }
              boolean stdin = read && Boolean.TRUE.equals(exec.request().attachStdin());
              ContainerProcess process =
                  conmon.exec(
                      runtime(exec), run, new Conmon.Streams(exec.isTty(), stdin, !exec.isTty()));
              started(exec);
              exits.watch(process, () -> ended(exec, run, exitCode(exec, run)));
              return process;
            });
  }

  /** Starts the process with pipes for its streams. */
  PipedProgram launchPiped(ExecCell exec, RunFiles run, IntConsumer ended) throws StartException {
    return launched(
        exec,
        WITHOUT_TERMINAL,
        run,
        () -> {
          started(exec);
          boolean input = Boolean.TRUE.equals(exec.request().attachStdin());
          return runtime(exec).exec(poller, run, input, ended);
        });
  }

  @FunctionalInterface
  private interface Launch<T> {
    T run() throws IOException, RuntimeFailure;
  }

  /** Why a process did not start, as a client is told. */
  static final class StartException extends IOException {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private <T> T launched(ExecCell exec, ExecStartRequest start, RunFiles run, Launch<T> launch)
      throws StartException {
    expectStart();
    ContainerRecord record = exec.container().record();
    try {
      Files.createDirectories(run.folder());
      bundles.writeExec(
          run.processFile(),
          new ExecInput(
              exec.request(),
              start,
              record.spec().config(),
              record.spec().host(),
              operations.links().environment(record),
              snapshots.mountPoint(record.id()),
              inside(record)));
      faults.pass("exec.beforeRuntime");
      T launched = launch.run();
      faults.pass("exec.afterRuntime");
      return launched;
    } catch (RuntimeFailure | Users.UnknownUserException e) {
      StartFailure failure = StartFailure.ofExec(String.valueOf(e.getMessage()));
      failed(exec, run, failure.exitCode());
      throw new StartException(failure.message(), e);
    } catch (IOException | RuntimeException e) {
      failed(exec, run, StartFailure.OTHER);
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Where no process is any more, nothing will be started either. */
  private static Path inside(ContainerRecord record) {
    State.Life life = record.state().life();
    return Path.of("/proc", Integer.toString(life == null ? 0 : life.pid()), "root");
  }

  private void started(ExecCell exec) {
    exec.become(new ExecCell.State.Running());
    tell(exec, "exec_start: " + String.join(" ", command(exec)), Map.of());
  }

  private static List<String> command(ExecCell exec) {
    List<String> command = exec.request().cmd();
    return command == null ? List.of() : command;
  }

  /** The process will not be started any more. */
  void abandon(ExecCell exec, RunFiles run) {
    failed(exec, run, UNKNOWN);
  }

  private void failed(ExecCell exec, RunFiles run, int exitCode) {
    exec.become(new ExecCell.State.Ended(exitCode, clock.instant()));
    clean(run);
  }

  private static int exitCode(ExecCell exec, RunFiles run) {
    try {
      return Conmon.exitCode(run).orElse(UNKNOWN);
    } catch (IOException e) {
      log.warn("the exit code of exec {} cannot be read: {}", exec.id(), e.toString());
      return UNKNOWN;
    }
  }

  /** The process is over; its files are not needed any more. */
  private void ended(ExecCell exec, RunFiles run, int code) {
    over(exec, code);
    clean(run);
  }

  private void over(ExecCell exec, int code) {
    exec.become(new ExecCell.State.Ended(code, clock.instant()));
    tell(exec, "exec_die", Map.of("exitCode", Integer.toString(code)));
  }

  /**
   * A process with pipes is over; its files are left to {@link #clean}, as a client need not wait
   * for that.
   *
   * @param neverRan is told why, where the runtime ended without having run it
   */
  void endedPiped(ExecCell exec, RunFiles run, int code, Consumer<StartFailure> neverRan) {
    if (Files.exists(run.pidFile())) {
      over(exec, code);
      return;
    }
    String said;
    try {
      said = OciRuntime.lastWord(run);
    } catch (NoSuchFileException _) {
      // It was ended before it could say anything, or its container was.
      said = "the runtime ended with " + code;
    } catch (IOException e) {
      log.warn("what the runtime said of exec {} cannot be read: {}", exec.id(), e.toString());
      said = "the runtime ended with " + code;
    }
    StartFailure reason = StartFailure.ofExec(said);
    neverRan.accept(reason);
    exec.become(new ExecCell.State.Ended(reason.exitCode(), clock.instant()));
  }

  /** Kills a process with pipes and all that came of it, and the runtime that waits for it. */
  void killAll(ExecCell exec, RunFiles run, PipedProgram program) throws IOException {
    int pid = pid(run);
    if (pid > 0) {
      kill(exec.container(), pid);
    }
    program.kill();
  }

  /** Kills what an earlier process of the node ran for itself and did not see end. */
  void killLeft(ContainerCell container) throws IOException {
    Path captures = files.captures(container.id());
    if (!Files.isDirectory(captures)) {
      return;
    }
    try (Stream<Path> folders = Files.list(captures)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        int pid =
            pid(files.captureFiles(container.id(), new ExecId(folder.getFileName().toString())));
        if (pid > 0) {
          kill(container, pid);
        }
        Trees.delete(folder);
      }
    }
  }

  private void kill(ContainerCell container, int pid) throws IOException {
    ContainerRecord record = container.record();
    Offspring.kill(pid, () -> operations.processes().pids(record));
  }

  /** Removes the files of an exec that is over. */
  void clean(RunFiles run) {
    try {
      Trees.delete(run.folder());
      Trees.delete(run.sockets().resolve(run.shortName()));
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", run.folder(), e.toString());
    }
  }

  void tell(ExecCell exec, String action, Map<String, String> more) {
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

  /** Tells the client why its process did not start. */
  static void tellClient(ExecCell exec, StreamConnection connection, @Nullable String text)
      throws IOException {
    byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    if (exec.isFramed()) {
      byte[] header = new byte[StreamFrame.HEADER_BYTES];
      StreamFrame.writeHeader(header, 0, StreamFrame.STDOUT, bytes.length);
      connection.output().write(header);
    }
    connection.output().write(bytes);
    connection.output().flush();
  }
}
