package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Walks all pairs of state and input against the table in {@link State}. */
class StateTest {
  private static final Instant T0 = Instant.EPOCH;
  private static final Instant T1 = Instant.EPOCH.plusSeconds(1);
  private static final State.Life LIFE = new State.Life(1, 2, 3, 4, T0, 0);
  private static final State.End END = new State.End(0, false, "", T0, T1);

  private static final List<State> STATES =
      List.of(
          new State.Created(0, ""),
          new State.Running(LIFE),
          new State.Paused(LIFE, false),
          new State.Exited(END),
          new State.Restarting(END, 1, T1),
          new State.Removing(END),
          new State.Dead(END, "busy"));

  private static final List<State.Input> INPUTS =
      List.of(
          new State.Input.Started(LIFE),
          new State.Input.Frozen(false),
          new State.Input.Thawed(),
          new State.Input.Ended(1, false, T1),
          new State.Input.StartFailed(127, "no", T1),
          new State.Input.Retry(1, T1),
          new State.Input.GiveUp(),
          new State.Input.Removal(),
          new State.Input.RemovalFailed("busy"));

  private static final Map<String, String> TABLE =
      Map.of(
          "created", "running - - - created - - removing -",
          "running", "- paused - exited - - - - -",
          "paused", "- - running exited - - - - -",
          "exited", "running - - - exited restarting exited removing -",
          "restarting", "running - - - exited - exited - -",
          "removing", "- - - - - - - removing dead",
          "dead", "- - - - - - - removing dead");

  @Test
  void everyPairIsAsTheTableSays() {
    for (State state : STATES) {
      String[] row = String.valueOf(TABLE.get(state.status())).split(" ");
      for (int i = 0; i < INPUTS.size(); i++) {
        State next = state.after(INPUTS.get(i));
        assertThat(next == null ? "-" : next.status())
            .as("%s after %s", state.status(), INPUTS.get(i))
            .isEqualTo(row[i]);
      }
    }
  }

  @Test
  void anEndKeepsWhenItBeganAndHow() {
    State ended = new State.Paused(LIFE, false).after(new State.Input.Ended(137, true, T1));

    assertThat(ended).isEqualTo(new State.Exited(new State.End(137, true, "", T0, T1)));
  }

  @Test
  void aFailedStartKeepsTheTimesOfTheRunBefore() {
    State failed = new State.Exited(END).after(new State.Input.StartFailed(126, "denied", T1));

    assertThat(failed).isEqualTo(new State.Exited(new State.End(126, false, "denied", T0, T1)));
  }

  @Test
  void aFailedStartByPolicyLeavesTheExitCodeOfTheRunBefore() {
    var end = new State.End(7, false, "", T0, T1);

    State failed =
        new State.Restarting(end, 1, T1).after(new State.Input.StartFailed(127, "no", T1));

    assertThat(failed).isEqualTo(new State.Exited(new State.End(7, false, "no", T0, T1)));
  }
}
