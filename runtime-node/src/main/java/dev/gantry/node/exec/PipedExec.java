package dev.gantry.node.exec;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.StreamFrame;
import dev.gantry.node.attach.Following;
import dev.gantry.node.attach.Stdin;
import dev.gantry.node.attach.StdinPump;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.PipedProgram;
import dev.gantry.node.lifecycle.StartFailure;
import dev.gantry.node.runtime.RunFiles;
import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.Presence;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exec without a terminal that a client reads: its streams are pipes straight to the OCI
 * runtime's child, with no file and no conmon between. What the client does not read makes the
 * process wait; a client that leaves does not end it.
 */
final class PipedExec implements StreamSession {
  private static final Logger log = LoggerFactory.getLogger(PipedExec.class);
  private static final StreamConnection NOBODY =
      new StreamConnection(
          InputStream.nullInputStream(), OutputStream.nullOutputStream(), () -> {});
  private static final int PIECE = 64 * 1024;
  private static final int FIRST_LOOK_MILLIS = 2;
  private static final int LAST_LOOK_MILLIS = 100;

  private final ExecRunner runner;
  private final ExecCell exec;
  private final RunFiles files;
  private final Following following;
  private final byte[] buffer = new byte[StreamFrame.HEADER_BYTES + PIECE];
  private volatile @Nullable StartFailure failure;
  private volatile @Nullable PipedProgram program;
  private @Nullable String refusal;
  private boolean unread;

  private PipedExec(ExecRunner runner, ExecCell exec, Following following) {
    this.runner = runner;
    this.exec = exec;
    this.following = following;
    this.files = runner.files(exec, false);
  }

  /**
   * Starts the process, before the client is answered: both take their time, and neither needs the
   * other.
   */
  static PipedExec start(ExecRunner runner, ExecCell exec, Following following) {
    PipedExec started = new PipedExec(runner, exec, following);
    try {
      started.program = runner.launchPiped(exec, started.files, started::ended);
    } catch (ExecRunner.StartException e) {
      started.refusal = e.getMessage();
    }
    return started;
  }

  /** Carries the streams until the process ends, or the client leaves. */
  @Override
  public void run(StreamConnection connection) throws IOException, InterruptedException {
    PipedProgram running = program;
    if (running != null) {
      connection.onChange(running::wake);
      connection.startInput(input(running, connection));
      boolean goesOn = false;
      try {
        carry(running, connection);
        goesOn = connection.isGone() && !exec.isOver();
      } finally {
        if (!goesOn) {
          running.close();
        }
      }
      if (goesOn) {
        abandon();
        return;
      }
    }
    StartFailure reason = failure;
    String message = reason == null ? refusal : reason.message();
    if (message != null) {
      ExecRunner.tellClient(exec, connection, message);
    }
  }

  /** The client has left, or could not be answered: its place is free, the process goes on. */
  @Override
  public void abandon() {
    PipedProgram running = program;
    if (running != null) {
      Thread.ofVirtual().name("abandoned-exec").start(() -> drain(running));
    }
  }

  private void drain(PipedProgram running) {
    unread = true;
    try (running) {
      PipedProgram.Input input = running.in();
      if (input != null) {
        input.end();
      }
      carry(running, NOBODY);
    } catch (IOException e) {
      log.warn("the output of exec {}, which nobody reads, fails: {}", exec.id(), e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the process has ended and all is read, or the client is gone. */
  private void carry(PipedProgram running, StreamConnection connection)
      throws IOException, InterruptedException {
    Presence client = following.presence(connection, exec.isFramed());
    ExecCreateRequest request = exec.request();
    boolean out = Boolean.TRUE.equals(request.attachStdout());
    boolean err = Boolean.TRUE.equals(request.attachStderr());
    boolean runs = false;
    for (int look = FIRST_LOOK_MILLIS; ; ) {
      // Asked for before the reading: what was written before the end is in the pipes by then.
      boolean over = exec.isOver();
      runs = runs || Files.exists(files.pidFile());
      // Until the process runs, what comes is the runtime's complaint, which its log has too.
      boolean moved = false;
      if (over ? failure == null : runs) {
        moved = pass(running.out(), out, connection, StreamFrame.STDOUT);
        moved |= pass(running.err(), err, connection, StreamFrame.STDERR);
      }
      if (!moved) {
        if (over || connection.isGone()) {
          return;
        }
        if (runs) {
          running.await(client.patience().toMillis() + 1);
          client.ask();
        } else {
          running.await(look);
          look = Math.min(LAST_LOOK_MILLIS, look * 2);
        }
      }
    }
  }

  /** Passes one piece on; false where there is none. */
  private boolean pass(
      PipedProgram.Output output, boolean wanted, StreamConnection connection, int stream)
      throws KernelException {
    int count = output.read(buffer, StreamFrame.HEADER_BYTES);
    if (count > 0 && wanted && !unread) {
      StreamFrame.writeHeader(buffer, 0, stream, count);
      int from = exec.isFramed() ? 0 : StreamFrame.HEADER_BYTES;
      try {
        connection.output().write(buffer, from, StreamFrame.HEADER_BYTES + count - from);
        connection.output().flush();
      } catch (IOException _) {
        // The client has left; the process goes on, and what it writes goes nowhere.
        unread = true;
        connection.leave();
      }
    }
    return count > 0;
  }

  private void ended(int code) {
    runner.endedPiped(exec, files, code, reason -> failure = reason);
    PipedProgram running = program;
    if (running != null) {
      running.wake();
    }
    runner.clean(files);
  }

  private StreamInput input(PipedProgram running, StreamConnection connection) {
    PipedProgram.Input input = running.in();
    if (input == null) {
      return StreamInput.IGNORED;
    }
    return new StdinPump(
        () -> new PipeStdin(input),
        DetachKeys.none(),
        true,
        new StdinPump.Session() {
          @Override
          public void leave() {
            connection.leave();
          }

          @Override
          public void detached() {
            throw new IllegalStateException("no keys detach where there is no terminal");
          }

          @Override
          public boolean isRunning() {
            return !exec.isOver();
          }
        });
  }

  private record PipeStdin(PipedProgram.Input input) implements Stdin {
    @Override
    public void write(byte[] bytes, int length) throws IOException {
      input.write(bytes, length);
    }

    @Override
    public void end() {
      input.end();
    }

    @Override
    public void close() {
      input.end();
    }
  }
}
