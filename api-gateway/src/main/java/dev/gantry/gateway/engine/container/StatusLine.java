package dev.gantry.gateway.engine.container;

import dev.gantry.engine.ContainerState;
import dev.gantry.engine.Health;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a list says of a container's state: {@code Up 5 minutes (healthy)}. */
final class StatusLine {
  private StatusLine() {}

  static String of(ContainerState state, Instant now) {
    int exit = state.exitCode() == null ? 0 : state.exitCode();
    if (is(state.running()) || is(state.paused()) || is(state.restarting())) {
      if (is(state.restarting())) {
        return "Restarting (%d) %s ago".formatted(exit, since(state.finishedAt(), now));
      }
      String up = "Up " + since(state.startedAt(), now);
      return is(state.paused()) ? up + " (Paused)" : up + health(state.health());
    }
    String status = state.status() == null ? "" : state.status();
    if (status.equals("removing")) {
      return "Removal In Progress";
    }
    if (is(state.dead())) {
      return "Dead";
    }
    if (status.equals("created") || never(state.startedAt())) {
      return "Created";
    }
    return never(state.finishedAt())
        ? ""
        : "Exited (%d) %s ago".formatted(exit, since(state.finishedAt(), now));
  }

  private static String health(@Nullable Health health) {
    String status = health == null || health.status() == null ? "none" : health.status();
    return switch (status) {
      case "none", "" -> "";
      case "starting" -> " (health: starting)";
      default -> " (" + status + ")";
    };
  }

  private static boolean is(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }

  /** The engine writes the year 1 for a time that never was. */
  private static boolean never(@Nullable String time) {
    return time == null || time.isEmpty() || time.startsWith("0001-");
  }

  private static String since(@Nullable String time, Instant now) {
    try {
      return Elapsed.words(Duration.between(Instant.parse(String.valueOf(time)), now));
    } catch (DateTimeException _) {
      return Elapsed.words(Duration.ZERO);
    }
  }
}
