package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker events}, live and from the past. */
class EventsTest {
  private static final String FORMAT =
      "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}";
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @Test
  void aLifeIsToldInItsOrderLive() throws Exception {
    String name = containers.name();
    long before = followers();
    Process events = docker.start("events", "--filter", "container=" + name, "--format", FORMAT);
    TerminalText told = TerminalText.of(events);
    Awaitility.await().until(() -> followers() > before);
    docker.run("run", "--rm", "--name", name, "busybox", "sh", "-c", "exit 4");
    told.await("destroy");
    events.destroy();
    assertThat(actions(told.text())).containsSubsequence("create", "start", "die", "destroy");
    assertThat(told.text()).contains("container die " + name + " 4");
  }

  private static long followers() throws Exception {
    return Processes.threads(Processes.with("api-gateway"), "watch-client");
  }

  @Test
  void thePastIsToldFromRetention() {
    String since = Long.toString(System.currentTimeMillis() / 1000 - 1);
    String name = containers.name();
    docker.run("run", "--name", name, "-l", "a=b", "busybox", "true").ok();
    docker.run("rm", name).ok();
    Awaitility.await()
        .untilAsserted(
            () -> {
              String until = Long.toString(System.currentTimeMillis() / 1000 + 1);
              List<String> lines =
                  docker
                      .run(
                          "events",
                          "--since",
                          since,
                          "--until",
                          until,
                          "--filter",
                          "container=" + name,
                          "--format",
                          FORMAT)
                      .lines();
              assertThat(actions(String.join("\n", lines)))
                  .containsSubsequence("create", "start", "die", "destroy");
              assertThat(lines).doesNotHaveDuplicates();
            });
  }

  private static List<String> actions(String text) {
    return text.lines()
        .filter(line -> line.startsWith("container "))
        .map(line -> line.split(" ")[1])
        .toList();
  }
}
