package dev.gantry.node.container;

import dev.gantry.engine.Health;
import dev.gantry.engine.HealthcheckResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the checks of a container found. It changes as the engine has it:
 *
 * <pre>
 *            run begins  passed   failed, does not count  failed  failed, the last retry  checks end
 * starting   starting    healthy  starting                starting  unhealthy             unhealthy
 * healthy    starting    healthy  -                       healthy   unhealthy             unhealthy
 * unhealthy  starting    healthy  -                       -         unhealthy             unhealthy
 * </pre>
 *
 * Failures do not count while the container is starting and the start period has not passed. Checks
 * end with the run, and while it is paused. The log is kept from one run to the next.
 *
 * @param failingStreak failures in a row that counted
 * @param log the last results, the oldest first
 */
public record HealthState(Status status, int failingStreak, List<Result> log) {
  private static final int LOGGED = 5;

  /** Whether the container does what it is for. */
  public enum Status {
    STARTING,
    HEALTHY,
    UNHEALTHY;

    /** The word of the Engine API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How one probe went.
   *
   * @param exitCode 0 where it passed, -1 where it did not come to an exit
   */
  public record Result(Instant start, Instant end, int exitCode, String output) {}

  /** A run begins; before it is what an earlier one left. */
  public static HealthState starting(@Nullable HealthState before) {
    return new HealthState(Status.STARTING, 0, before == null ? List.of() : before.log());
  }

  /** A probe of the run that began at {@code started} has ended. */
  public HealthState after(Result result, HealthCheck check, Instant started) {
    List<Result> logged = new ArrayList<>(log);
    logged.add(result);
    if (logged.size() > LOGGED) {
      logged = logged.subList(logged.size() - LOGGED, logged.size());
    }
    if (result.exitCode() == 0) {
      return new HealthState(Status.HEALTHY, 0, List.copyOf(logged));
    }
    boolean counts =
        status != Status.STARTING || !result.start().isBefore(started.plus(check.startPeriod()));
    int streak = counts ? failingStreak + 1 : failingStreak;
    boolean last = counts && streak >= check.retries();
    return new HealthState(last ? Status.UNHEALTHY : status, streak, List.copyOf(logged));
  }

  /** No more probes for now: nobody can say that the container is healthy. */
  public HealthState unchecked() {
    return new HealthState(Status.UNHEALTHY, failingStreak, log);
  }

  /** As the Engine API tells it; without results where those are not for everyone. */
  Health view(boolean withResults) {
    return new Health(
        status.word(),
        failingStreak,
        withResults ? log.stream().map(HealthState::view).toList() : List.of());
  }

  private static HealthcheckResult view(Result result) {
    return new HealthcheckResult(
        result.start().toString(), result.end().toString(), result.exitCode(), result.output());
  }
}
