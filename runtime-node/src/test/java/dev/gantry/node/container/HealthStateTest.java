package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.node.container.HealthState.Result;
import dev.gantry.node.container.HealthState.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Walks all pairs of status and input against the table in {@link HealthState}. */
class HealthStateTest {
  private static final Instant STARTED = Instant.EPOCH;
  private static final HealthCheck CHECK =
      new HealthCheck(
          List.of("true"),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          3,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));

  private static Result probe(int second, int exitCode) {
    Instant at = STARTED.plusSeconds(second);
    return new Result(at, at.plusMillis(1), exitCode, "probe " + second);
  }

  private static HealthState of(Status status, int streak) {
    return new HealthState(status, streak, List.of());
  }

  private static final List<UnaryOperator<HealthState>> INPUTS =
      List.of(
          HealthState::starting,
          state -> state.after(probe(20, 0), CHECK, STARTED),
          state -> state.after(probe(9, 1), CHECK, STARTED),
          state -> state.after(probe(10, 1), CHECK, STARTED),
          state ->
              new HealthState(state.status(), 2, List.of()).after(probe(20, 1), CHECK, STARTED),
          HealthState::unchecked);

  private static final Map<Status, String> TABLE =
      Map.of(
          Status.STARTING, "starting/0 healthy/0 starting/0 starting/1 unhealthy/3 unhealthy/0",
          Status.HEALTHY, "starting/0 healthy/0 healthy/1 healthy/1 unhealthy/3 unhealthy/0",
          Status.UNHEALTHY, "starting/0 healthy/0 unhealthy/1 unhealthy/1 unhealthy/3 unhealthy/0");

  @Test
  void everyPairIsAsTheTableSays() {
    for (Status status : Status.values()) {
      String[] row = String.valueOf(TABLE.get(status)).split(" ");
      for (int i = 0; i < INPUTS.size(); i++) {
        HealthState next = INPUTS.get(i).apply(of(status, 0));
        assertThat(next.status().word() + "/" + next.failingStreak())
            .as("%s after input %s", status, i)
            .isEqualTo(row[i]);
      }
    }
  }

  @Test
  void theLastFiveResultsAreKeptAlsoIntoTheNextRun() {
    HealthState state = HealthState.starting(null);
    for (int second : IntStream.range(0, 7).toArray()) {
      state = state.after(probe(second, second % 2), CHECK, STARTED);
    }

    HealthState next = HealthState.starting(state.unchecked());

    assertThat(next.log())
        .extracting(Result::output)
        .containsExactly("probe 2", "probe 3", "probe 4", "probe 5", "probe 6");
  }

  @Test
  void oneSuccessEndsTheStartPeriod() {
    HealthState state =
        HealthState.starting(null)
            .after(probe(1, 0), CHECK, STARTED)
            .after(probe(2, 1), CHECK, STARTED);

    assertThat(state.status()).isEqualTo(Status.HEALTHY);
    assertThat(state.failingStreak()).isEqualTo(1);
  }

  @Test
  void onlyInspectTellsTheResults() {
    HealthState state = HealthState.starting(null).after(probe(1, 7), CHECK, STARTED);

    assertThat(state.view(true).log()).hasSize(1);
    assertThat(state.view(false).log()).isEmpty();
    assertThat(state.view(false).status()).isEqualTo("starting");
  }
}
