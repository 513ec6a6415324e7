package dev.gantry.node.exec;

import dev.gantry.engine.ExecStartRequest;
import dev.gantry.node.kernel.PipedProgram;
import dev.gantry.node.lifecycle.StartFailure;
import dev.gantry.node.runtime.RunFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An exec that the node runs for itself: both its streams go into one text of bounded length, and
 * it is killed, with all that came of it, when its time is up.
 */
public final class CapturedExec {
  private static final int MOST_BYTES = 4096;
  private static final String CUT = "...";
  private static final Duration PATIENCE_AFTER_KILL = Duration.ofSeconds(10);

  private final ExecRunner runner;
  private final ExecCell exec;
  private final RunFiles files;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[MOST_BYTES];
  private volatile @Nullable StartFailure failure;
  private volatile @Nullable PipedProgram program;
  private volatile boolean cancelled;
  private boolean cut;

  CapturedExec(ExecRunner runner, ExecCell exec) {
    this.runner = runner;
    this.exec = exec;
    this.files = runner.files(exec, false);
  }

  /** What became of it. */
  public sealed interface Outcome {
    /** It ran and ended. */
    record Ended(int exitCode, String output) implements Outcome {}

    /** It took too long, or nobody wants it any more. */
    record Killed(String output) implements Outcome {}

    /** It never ran. */
    record Failed(String reason) implements Outcome {}
  }

  /** Runs it to its end. */
  public Outcome run(Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!exec.begin(new ExecStartRequest(false, false, null))) {
      throw new IllegalStateException("exec " + exec.id() + " was run already");
    }
    if (cancelled) {
      runner.abandon(exec, files);
      return new Outcome.Killed("");
    }
    try (PipedProgram running = runner.launchPiped(exec, files, this::ended)) {
      program = running;
      return carry(running, deadline);
    } catch (ExecRunner.StartException e) {
      return new Outcome.Failed(String.valueOf(e.getMessage()));
    }
  }

  /** Ends it before its time. */
  public void cancel() {
    cancelled = true;
    PipedProgram running = program;
    if (running != null) {
      running.wake();
    }
  }

  private Outcome carry(PipedProgram running, long deadline)
      throws IOException, InterruptedException {
    boolean killed = false;
    long until = deadline;
    for (; ; ) {
      // Asked for before the reading: what was written before the end is in the pipes by then.
      boolean over = exec.isOver();
      boolean moved = take(running.out());
      moved |= take(running.err());
      long left = until - System.nanoTime();
      if (over && !moved) {
        return killed ? new Outcome.Killed(output()) : ended();
      }
      if (killed && left <= 0) {
        return new Outcome.Killed(output());
      }
      if (!killed && (left <= 0 || cancelled)) {
        runner.killAll(exec, files, running);
        killed = true;
        until = System.nanoTime() + PATIENCE_AFTER_KILL.toNanos();
      } else if (!moved) {
        running.await(TimeUnit.NANOSECONDS.toMillis(left) + 1);
      }
    }
  }

  private Outcome ended() {
    StartFailure reason = failure;
    return reason == null && exec.state() instanceof ExecCell.State.Ended(int code, var _)
        ? new Outcome.Ended(code, output())
        : new Outcome.Failed(reason == null ? "it did not end" : reason.message());
  }

  private boolean take(PipedProgram.Output output) throws IOException {
    int count = output.read(buffer, 0);
    int kept = Math.min(count, MOST_BYTES - text.size());
    text.write(buffer, 0, kept);
    cut |= kept < count;
    return count > 0;
  }

  private String output() {
    String all = text.toString(StandardCharsets.UTF_8);
    return cut ? all + CUT : all;
  }

  private void ended(int code) {
    runner.endedPiped(exec, files, code, reason -> failure = reason);
    runner.clean(files);
  }
}
