package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HealthConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a container is checked, with the engine's defaults filled in.
 *
 * @param command what is run in the container
 * @param interval from the end of one probe to the begin of the next
 * @param timeout after which a probe has failed
 * @param retries failures in a row that make the container unhealthy
 * @param startPeriod after a start in which failures do not count
 * @param startInterval in place of the interval, while the container starts within that period
 */
public record HealthCheck(
    List<String> command,
    Duration interval,
    Duration timeout,
    int retries,
    Duration startPeriod,
    Duration startInterval) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
  private static final int DEFAULT_RETRIES = 3;
  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  /** Empty where the container has no check, or wants none. */
  public static Optional<HealthCheck> of(ContainerConfig config) {
    HealthConfig health = config.healthcheck();
    List<String> command = health == null ? List.of() : command(health, config.shell());
    if (health == null || command.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new HealthCheck(
            command,
            orElse(health.interval(), DEFAULT_INTERVAL),
            orElse(health.timeout(), DEFAULT_TIMEOUT),
            health.retries() == null || health.retries() <= 0 ? DEFAULT_RETRIES : health.retries(),
            orElse(health.startPeriod(), Duration.ZERO),
            orElse(health.startInterval(), DEFAULT_START_INTERVAL)));
  }

  private static List<String> command(HealthConfig health, @Nullable List<String> shell) {
    List<String> test = ImageConfig.orEmpty(health.test());
    if (test.size() < 2) {
      return List.of();
    }
    List<String> arguments = test.subList(1, test.size());
    return switch (test.getFirst()) {
      case "CMD" -> arguments;
      case "CMD-SHELL" -> {
        List<String> command = new ArrayList<>(shell == null || shell.isEmpty() ? SHELL : shell);
        command.addAll(arguments);
        yield command;
      }
      default -> List.of();
    };
  }

  /** Why a test can't be, or null where it can. */
  static @Nullable String fault(HealthConfig health) {
    List<String> test = ImageConfig.orEmpty(health.test());
    if (test.isEmpty() || test.getFirst().equals("NONE")) {
      return null;
    }
    if (!List.of("CMD", "CMD-SHELL").contains(test.getFirst())) {
      return "unknown type '%s' of Test in Healthcheck (expected 'NONE', 'CMD' or 'CMD-SHELL')"
          .formatted(test.getFirst());
    }
    return test.size() < 2 ? "Test in Healthcheck has no command" : null;
  }

  private static Duration orElse(@Nullable Long nanos, Duration otherwise) {
    return nanos == null || nanos == 0 ? otherwise : Duration.ofNanos(nanos);
  }

  /** How long to wait before the next probe of a run that began at {@code started}. */
  public Duration pause(HealthState.Status status, Instant started, Instant now) {
    boolean starting =
        status == HealthState.Status.STARTING && now.isBefore(started.plus(startPeriod));
    return starting ? startInterval : interval;
  }
}
