package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HealthConfig;
import dev.gantry.node.container.HealthState.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckTest {
  private static Optional<HealthCheck> of(String json) {
    return HealthCheck.of(EngineJson.MAPPER.readValue(json, ContainerConfig.class));
  }

  @Test
  void whatIsNotSaidIsAsTheEngineHasIt() {
    HealthCheck check = of("{\"Healthcheck\":{\"Test\":[\"CMD\",\"a\",\"b c\"]}}").orElseThrow();

    assertThat(check)
        .isEqualTo(
            new HealthCheck(
                List.of("a", "b c"),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                3,
                Duration.ZERO,
                Duration.ofSeconds(5)));
  }

  @Test
  void aShellRunsWhatIsForOne() {
    assertThat(of("{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"a b\"]}}").orElseThrow().command())
        .containsExactly("/bin/sh", "-c", "a b");
    assertThat(
            of("{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"a\"]},\"Shell\":[\"/bin/ash\",\"-ec\"]}")
                .orElseThrow()
                .command())
        .containsExactly("/bin/ash", "-ec", "a");
  }

  @Test
  void noneIsNoCheck() {
    assertThat(of("{}")).isEmpty();
    assertThat(of("{\"Healthcheck\":{\"Interval\":1000000}}")).isEmpty();
    assertThat(of("{\"Healthcheck\":{\"Test\":[\"NONE\"]}}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'[]', ",
    "'[\"NONE\"]', ",
    "'[\"CMD\",\"a\"]', ",
    "'[\"CMD\"]', Test in Healthcheck has no command",
    "'[\"curl\",\"x\"]', 'unknown type ''curl'' of Test in Healthcheck (expected ''NONE'', ''CMD''"
        + " or ''CMD-SHELL'')'",
  })
  void aTestThatCannotBeIsNamed(String test, String fault) {
    HealthConfig health =
        EngineJson.MAPPER.readValue("{\"Test\":" + test + "}", HealthConfig.class);

    assertThat(HealthCheck.fault(health)).isEqualTo(fault);
  }

  @Test
  void theStartIntervalHoldsWhileItStartsWithinThePeriod() {
    HealthCheck check =
        of("{\"Healthcheck\":{\"Test\":[\"CMD\",\"a\"],\"StartPeriod\":10000000000}}")
            .orElseThrow();
    Instant started = Instant.EPOCH;

    assertThat(check.pause(Status.STARTING, started, started.plusSeconds(9)))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(check.pause(Status.STARTING, started, started.plusSeconds(10)))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(check.pause(Status.HEALTHY, started, started.plusSeconds(1)))
        .isEqualTo(Duration.ofSeconds(30));
  }
}
