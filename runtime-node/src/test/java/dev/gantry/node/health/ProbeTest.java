package dev.gantry.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {

  @ParameterizedTest
  @CsvSource({
    "1,1ms",
    "250,250ms",
    "1000,1s",
    "1500,1.5s",
    "30000,30s",
    "60000,1m0s",
    "90500,1m30.5s",
    "3600000,1h0m0s",
  })
  void aTimeoutIsWrittenAsTheEngineWritesIt(long milliseconds, String written) {
    assertThat(Probe.tooLong(Duration.ofMillis(milliseconds), ""))
        .isEqualTo("Health check exceeded timeout (" + written + ")");
  }

  @Test
  void whatItWroteUntilThenIsTold() {
    assertThat(Probe.tooLong(Duration.ofSeconds(1), "waiting"))
        .isEqualTo("Health check exceeded timeout (1s): waiting");
  }
}
