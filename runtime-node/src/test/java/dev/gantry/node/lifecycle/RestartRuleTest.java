package dev.gantry.node.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.RestartPolicy;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartRuleTest {
  private static final Instant T0 = Instant.EPOCH;

  private static RestartRule rule(String name, int most) {
    return RestartRule.of(new RestartPolicy(name, most));
  }

  private static State.Life life(int attempt) {
    return new State.Life(1, 2, 3, 4, T0, attempt);
  }

  private static ContainerRecord.Run running(boolean stopped, int count) {
    return new ContainerRecord.Run(new State.Running(life(0)), stopped, count, null, null);
  }

  private static Processes.Exit exit(int code, Duration after) {
    return new Processes.Exit(code, false, T0.plus(after));
  }

  @ParameterizedTest
  @CsvSource({
    "'',0,1,false,0,false",
    "no,0,1,false,0,false",
    "always,0,0,false,0,true",
    "always,0,0,true,0,false",
    "unless-stopped,0,0,false,9,true",
    "unless-stopped,0,0,true,0,false",
    "on-failure,0,0,false,0,false",
    "on-failure,0,1,false,99,true",
    "on-failure,0,1,true,0,false",
    "on-failure,2,1,false,1,true",
    "on-failure,2,1,false,2,false",
  })
  void anEndIsFollowedByARestartOrNot(
      String policy, int most, int code, boolean stopped, int count, boolean restarts) {
    var next =
        rule(policy, most)
            .afterEnd(running(stopped, count), life(0), exit(code, Duration.ofSeconds(1)));

    assertThat(next.isPresent()).isEqualTo(restarts);
  }

  @Test
  void theWaitDoublesUpToAMinute() {
    List<Long> waits = new ArrayList<>();
    int attempt = 0;
    for (int i = 0; i < 12; i++) {
      State.Restarting next = after(attempt, Duration.ofSeconds(9));
      waits.add(Duration.between(T0.plusSeconds(9), next.due()).toMillis());
      attempt = next.attempt();
    }

    assertThat(waits)
        .containsExactly(
            100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 51200L, 60000L, 60000L);
  }

  @Test
  void aRunOfTenSecondsBeginsTheWaitsAnew() {
    State.Restarting first = after(8, Duration.ofSeconds(10));
    State.Restarting second = after(first.attempt(), Duration.ofSeconds(1));

    assertThat(first.due()).isEqualTo(T0.plusSeconds(10).plusMillis(100));
    assertThat(second.due()).isEqualTo(T0.plusSeconds(1).plusMillis(200));
  }

  private static State.Restarting after(int attempt, Duration run) {
    return rule("always", 0)
        .afterEnd(running(false, 50), life(attempt), exit(1, run))
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "no,false,false",
    "always,false,true",
    "always,true,true",
    "unless-stopped,false,true",
    "unless-stopped,true,false",
    "on-failure,false,false",
  })
  void aStartOfTheNodeStartsWhatShallRun(String policy, boolean stopped, boolean starts) {
    var end = new State.End(1, false, "", T0, T0);
    var exited = new ContainerRecord.Run(new State.Exited(end), stopped, 3, null, null);
    var created = new ContainerRecord.Run(new State.Created(0, ""), stopped, 0, null, null);

    assertThat(rule(policy, 0).atNodeStart(exited, T0).isPresent()).isEqualTo(starts);
    assertThat(rule(policy, 0).atNodeStart(created, T0)).isEmpty();
  }
}
