package dev.gantry.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpawnerTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @Test
  void tellsWhatAProgramWroteAndHowItEnded() throws Exception {
    assertThat(Spawner.run(List.of("sh", "-c", "echo a; echo b >&2; exit 3"), PATH))
        .isEqualTo(new Spawner.Output(3, "a\nb\n"));
    assertThat(Spawner.run(List.of("sh", "-c", "kill -9 $$"), PATH).exitCode()).isEqualTo(137);
  }

  @Test
  void aProgramThatHangsIsKilled() {
    String seconds = "98765.4321";
    assertThatThrownBy(() -> Spawner.run(List.of("sleep", seconds), PATH, Duration.ofMillis(200)))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.is(Errno.ETIMEDOUT)).isTrue());
    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(seconds)))
        .isEmpty();
  }

  @Test
  void aProgramInheritsNothing() throws Exception {
    String open = Spawner.run(List.of("ls", "/proc/self/fd"), PATH).text();
    // Its three streams, and the folder that it lists.
    assertThat(open.lines()).containsExactly("0", "1", "2", "3");
  }
}
