package dev.gantry.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedMoveTest {
  private static final String PID = Long.toString(ProcessHandle.current().pid());

  @TempDir Path root;

  private Path group(String path) throws IOException {
    Path folder = Files.createDirectories(root.resolve(path));
    return Files.createFile(folder.resolve("cgroup.procs"));
  }

  @Test
  void thisProcessIsWrittenIntoTheGroupThatItIsIn() throws IOException {
    Path own = group("pids/system/agent");
    group("pids/system/other");

    ExpectedMove.in(
            root.resolve("pids"),
            "pids",
            "9:name=systemd:/x\n8:pids:/system/agent\n4:memory:/system/other\n0::/y")
        .begin();

    await().untilAsserted(() -> assertThat(own).hasContent(PID));
  }

  @Test
  void theOneHierarchyOfVersionTwoHasNoController() throws IOException {
    Path own = group("agent:1");

    ExpectedMove.in(root, "", "0::/agent:1").begin();

    await().untilAsserted(() -> assertThat(own).hasContent(PID));
  }

  @Test
  void aGroupThatIsNotThereIsNoFault() throws IOException {
    ExpectedMove move = ExpectedMove.in(root, "", "0::/absent");
    move.begin();

    Path own = group("absent");
    await()
        .untilAsserted(
            () -> {
              move.begin();
              assertThat(own).hasContent(PID);
            });
  }
}
