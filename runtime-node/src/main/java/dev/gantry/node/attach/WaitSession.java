package dev.gantry.node.attach;

import dev.gantry.engine.ContainerExit;
import dev.gantry.engine.EngineJson;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.State;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code wait}: what is waited for is fixed when the session is made, so that a start which follows
 * the answer's headers is not missed.
 */
public final class WaitSession implements StreamSession {
  private static final long LOOK_ANYWAY_SECONDS = 5;

  private enum Condition {
    NOT_RUNNING,
    NEXT_EXIT,
    REMOVED
  }

  private final ContainerCell cell;
  private final Condition condition;
  private final int run;

  public WaitSession(ContainerCell cell, @Nullable String condition) {
    this.cell = cell;
    this.condition =
        switch (condition == null ? "" : condition) {
          case "", "not-running" -> Condition.NOT_RUNNING;
          case "next-exit" -> Condition.NEXT_EXIT;
          case "removed" -> Condition.REMOVED;
          default ->
              throw new ServiceException(
                  ErrorCode.INVALID, "invalid condition: \"" + condition + "\"");
        };
    this.run = cell.presentOrNextRun();
  }

  @Override
  public void run(StreamConnection connection) throws Exception {
    var wake = new Semaphore(0);
    try (var _ = cell.watch(wake::release)) {
      connection.onChange(wake::release);
      connection.startInput(StreamInput.IGNORED);
      while (!over()) {
        if (connection.isGone()) {
          return;
        }
        var unused = wake.tryAcquire(LOOK_ANYWAY_SECONDS, TimeUnit.SECONDS);
        wake.drainPermits();
      }
    }
    String answer =
        EngineJson.MAPPER.writeValueAsString(new ContainerExit((long) exitCode(), null)) + "\n";
    OutputStream out = connection.output();
    out.write(answer.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private boolean over() {
    if (cell.isGone()) {
      return true;
    }
    return switch (condition) {
      // The end of the run that was waited for counts, also where a policy starts the next.
      case NOT_RUNNING -> cell.endedRuns() >= run || isIdle();
      case NEXT_EXIT -> cell.endedRuns() >= run;
      case REMOVED -> false;
    };
  }

  private boolean isIdle() {
    return cell.state().life() == null && !(cell.state() instanceof State.Restarting);
  }

  private int exitCode() {
    State.End end = cell.lastEnd();
    if (end != null) {
      return end.exitCode();
    }
    return cell.state() instanceof State.Created created ? created.exitCode() : 0;
  }
}
