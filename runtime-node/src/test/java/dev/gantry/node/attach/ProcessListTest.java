package dev.gantry.node.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessListTest {

  @Test
  void keepsTheContainersProcessesAndTheSpacesOfTheLastColumn() {
    var top =
        ProcessList.parse(
            """
              PID COMMAND
                1 init
               42 sh -c  true
            """,
            Set.of(42));

    assertThat(top.titles()).containsExactly("PID", "COMMAND");
    assertThat(top.processes()).containsExactly(List.of("42", "sh -c  true"));
  }

  @Test
  void threadsStandBelowTheirProcess() {
    var top =
        ProcessList.parse(
            """
            PID LWP COMMAND
            1 - init
            - 1 -
            42 - serve
            - 43 -
            - 44 -
            """,
            Set.of(42));

    assertThat(top.processes())
        .containsExactly(
            List.of("42", "-", "serve"), List.of("-", "43", "-"), List.of("-", "44", "-"));
  }

  @Test
  void withoutPidsThereIsNoTelling() {
    assertThatThrownBy(() -> ProcessList.parse("COMMAND\nsh\n", Set.of(1)))
        .hasMessage("Couldn't find PID field in ps output");
  }
}
