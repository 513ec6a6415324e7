package dev.gantry.node.health;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.HealthCheck;
import dev.gantry.node.container.HealthState;
import dev.gantry.node.exec.CapturedExec;
import dev.gantry.node.exec.Execs;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/** One run of a check's command in its container. */
final class Probe {
  private static final int NO_EXIT = -1;

  private final HealthCheck check;
  private final InstantSource clock;
  private final CapturedExec exec;

  /**
   * @throws ServiceException where the container can't run anything now
   */
  Probe(Execs execs, ContainerCell cell, HealthCheck check, InstantSource clock) {
    this.check = check;
    this.clock = clock;
    this.exec = execs.captured(cell, request(check.command()));
  }

  /** As the container's own process runs: its user, its environment, its folder. */
  private static ExecCreateRequest request(List<String> command) {
    return new ExecCreateRequest(
        false, true, true, null, null, false, null, command, false, null, null);
  }

  HealthState.Result run() throws InterruptedException {
    Instant start = clock.instant();
    CapturedExec.Outcome outcome;
    try {
      outcome = exec.run(check.timeout());
    } catch (IOException e) {
      outcome = new CapturedExec.Outcome.Failed(String.valueOf(e.getMessage()));
    }
    Instant end = clock.instant();
    return switch (outcome) {
      case CapturedExec.Outcome.Ended(int code, String output) ->
          new HealthState.Result(start, end, code, output);
      case CapturedExec.Outcome.Killed(String output) ->
          new HealthState.Result(start, end, NO_EXIT, tooLong(check.timeout(), output));
      case CapturedExec.Outcome.Failed(String reason) ->
          new HealthState.Result(start, end, NO_EXIT, reason);
    };
  }

  void cancel() {
    exec.cancel();
  }

  static String tooLong(Duration timeout, String output) {
    String text = "Health check exceeded timeout (" + written(timeout) + ")";
    return output.isEmpty() ? text : text + ": " + output;
  }

  /** As the engine writes a duration: {@code 1h2m3.5s}, below a second {@code 1.5ms}. */
  private static String written(Duration duration) {
    String small =
        duration.compareTo(Duration.ofSeconds(1)) < 0
            ? decimal(duration.toNanos(), 1_000_000) + "ms"
            : decimal(duration.minusMinutes(duration.toMinutes()).toNanos(), 1_000_000_000) + "s";
    long hours = duration.toHours();
    return (hours > 0 ? hours + "h" : "")
        + (duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "")
        + small;
  }

  private static String decimal(long nanos, long unit) {
    return String.format(Locale.ROOT, "%.9f", (double) nanos / unit).replaceFirst("\\.?0+$", "");
  }
}
