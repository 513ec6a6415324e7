package dev.gantry.node.lifecycle;

import dev.gantry.engine.RestartPolicy;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a container's policy starts it again, and when: 100 ms after the end at first, twice as
 * long each time, not longer than a minute, and from the beginning after a run of ten seconds.
 */
record RestartRule(Kind kind, int mostRetries) {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
  private static final Duration LONG_RUN = Duration.ofSeconds(10);

  /** Above this the longest wait is reached. */
  private static final int MOST_DOUBLINGS = 10;

  /** The policies that the engine knows. */
  enum Kind {
    NEVER,
    ON_FAILURE,
    UNLESS_STOPPED,
    ALWAYS
  }

  static RestartRule of(@Nullable RestartPolicy policy) {
    String name = policy == null || policy.name() == null ? "" : policy.name();
    Integer most = policy == null ? null : policy.maximumRetryCount();
    Kind kind =
        switch (name) {
          case "always" -> Kind.ALWAYS;
          case "unless-stopped" -> Kind.UNLESS_STOPPED;
          case "on-failure" -> Kind.ON_FAILURE;
          default -> Kind.NEVER;
        };
    return new RestartRule(kind, most == null ? 0 : most);
  }

  /** The wait that follows the end of a run; empty where the container stays as it is. */
  Optional<State.Restarting> afterEnd(
      ContainerRecord.Run run, State.Life life, Processes.Exit exit) {
    boolean wanted =
        !run.stoppedByUser()
            && switch (kind) {
              case NEVER -> false;
              case ON_FAILURE ->
                  exit.code() != 0 && (mostRetries == 0 || run.restartCount() < mostRetries);
              case UNLESS_STOPPED, ALWAYS -> true;
            };
    if (!wanted) {
      return Optional.empty();
    }
    boolean ranLong = Duration.between(life.startedAt(), exit.at()).compareTo(LONG_RUN) >= 0;
    int before = ranLong ? 0 : life.attempt();
    var end = new State.End(exit.code(), exit.oomKilled(), "", life.startedAt(), exit.at());
    return Optional.of(new State.Restarting(end, before + 1, exit.at().plus(backoff(before))));
  }

  private static Duration backoff(int before) {
    Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS));
    return doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
  }

  /**
   * The same for a container that had ended already when the node started: {@code always} holds
   * against an earlier stop, {@code on-failure} is about ends only.
   */
  Optional<State.Restarting> atNodeStart(ContainerRecord.Run run, Instant now) {
    boolean wanted = kind == Kind.ALWAYS || (kind == Kind.UNLESS_STOPPED && !run.stoppedByUser());
    return wanted && run.state() instanceof State.Exited(State.End last)
        ? Optional.of(new State.Restarting(last, 0, now))
        : Optional.empty();
  }
}
