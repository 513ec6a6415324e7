package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code docker ps} with all its filters, as {@code ops/lib/scenario} shows dockerd to answer. For
 * one thing, what is paused is not healthy.
 */
class ContainerListTest {
  private static final Docker DOCKER = Docker.onSocket();

  /** Begins every name here, and is a label of every container here. */
  private static final String OURS = "list" + Long.toHexString(System.nanoTime());

  private static final List<String> ALL =
      List.of("killed", "ended3", "ended0", "paused", "running", "created");

  @BeforeAll
  static void someOfEach() {
    DOCKER.run("network", "create", OURS).ok();
    make("create", "created", "-l", "a=1", "busybox", "true");
    make(
        "run",
        "running",
        "-d",
        "-l",
        "a=1",
        "-l",
        "b",
        "-v",
        OURS + ":/v",
        "-p",
        "127.0.0.1::80",
        "--expose",
        "81/udp",
        "--network",
        OURS,
        "busybox",
        "sleep",
        "1000");
    make(
        "run",
        "paused",
        "-d",
        "--health-cmd",
        "true",
        "--health-interval",
        "1s",
        "--health-retries",
        "99",
        "busybox",
        "sleep",
        "1000");
    make("run", "ended0", "-l", "a=2", "busybox", "true");
    DOCKER.run("run", "--name", OURS + "ended3", "-l", OURS, "busybox", "sh", "-c", "exit 3");
    make(
        "run", "killed", "-d", "--network", "none", "-v", "/anonymous", "busybox", "sleep", "1000");
    DOCKER.run("kill", OURS + "killed").ok();
    Awaitility.await()
        .until(
            () ->
                DOCKER
                    .inspect(OURS + "paused")
                    .at("/State/Health/Status")
                    .asString("")
                    .equals("healthy"));
    DOCKER.run("pause", OURS + "paused").ok();
    Awaitility.await().until(() -> listed("-a", "-f", "status=exited").contains("killed"));
  }

  private static void make(String command, String name, String... rest) {
    List<String> all = new ArrayList<>(List.of(command, "--name", OURS + name, "-l", OURS));
    all.addAll(List.of(rest));
    DOCKER.run(all.toArray(String[]::new)).ok();
  }

  @AfterAll
  static void none() {
    ALL.forEach(name -> DOCKER.run("rm", "-fv", OURS + name));
    DOCKER.run("volume", "rm", OURS);
    DOCKER.run("network", "rm", OURS);
  }

  /** What is listed, without what all the names begin with. */
  private static List<String> listed(String... options) {
    List<String> command =
        new ArrayList<>(List.of("ps", "--format", "{{.Names}}", "-f", "label=" + OURS));
    command.addAll(List.of(options));
    return DOCKER.run(command.toArray(String[]::new)).lines().stream()
        .map(name -> name.substring(OURS.length()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "name=running, running",
    "name=ed, killed ended3 ended0 paused created",
    "name=^OURSended, ended3 ended0",
    "name=/OURSrunning, running",
    "name=^/OURSrunning$, running",
    "name=OURSr.n, running",
    "label=a, ended0 running created",
    "label=a=1, running created",
    "label=b, running",
    "label=b=, running",
    "label=c, ''",
    "label=a=1 label=b, running",
    "label=a=1 label=a=2, ''",
    "exited=0, ended0",
    "exited=3, ended3",
    "exited=137, killed",
    "exited=0 exited=3, ended3 ended0",
    "name=ended exited=3, ended3",
    "status=created, created",
    "status=running, running",
    "status=paused, paused",
    "status=exited, killed ended3 ended0",
    "status=restarting, ''",
    "status=removing, ''",
    "status=dead, ''",
    "status=created status=paused, paused created",
    "ancestor=busybox, killed ended3 ended0 paused running created",
    "ancestor=busybox:latest, killed ended3 ended0 paused running created",
    "ancestor=none, ''",
    "before=OURSpaused, running created",
    "since=OURSpaused, killed ended3 ended0",
    "before=OURSended3 since=OURScreated, ended0 paused running",
    "volume=OURS, running",
    "volume=/v, running",
    "volume=/anonymous, killed",
    "volume=OURS volume=none, running",
    "network=OURS, running",
    "network=bridge, ended3 ended0 paused created",
    "network=none, killed",
    "network=OURS network=none, killed running",
    "publish=80, ''",
    "expose=80, running",
    "expose=81/udp, running",
    "expose=81, ''",
    "expose=70-90/udp, running",
    "publish=1-65535, running",
    "publish=1-65535/udp, ''",
    "health=healthy, ''",
    "health=none, killed ended3 ended0 running created",
    "health=starting, ''",
    "health=unhealthy, paused",
    "is-task=true, ''",
    "is-task=false, killed ended3 ended0 paused running created",
    "isolation=default, killed ended3 ended0 paused running created",
  })
  void aFilterTakes(String filters, String names) {
    List<String> options = new ArrayList<>(List.of("-a"));
    for (String filter : filters.split(" ")) {
      options.addAll(List.of("-f", filter.replace("OURS", OURS)));
    }
    assertThat(String.join(" ", listed(options.toArray(String[]::new)))).isEqualTo(names);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exited=x",
        "status=up",
        "health=ill",
        "expose=x",
        "is-task=x",
        "unknown=1",
        "before=none",
        "since=none"
      })
  void aFilterThatMeansNothingIsRefused(String filter) {
    assertThat(DOCKER.run("ps", "-f", filter).exit()).isNotZero();
  }

  @Test
  void whatRunsIsListedNewestFirstAndAllWhereThatIsAsked() {
    assertThat(listed()).containsExactly("paused", "running");
    assertThat(listed("-a")).isEqualTo(ALL);
    assertThat(listed("-n", "2", "-f", "label=a")).containsExactly("ended0", "running");
    assertThat(listed("-n", "1", "-f", "status=exited")).containsExactly("killed");
    assertThat(listed("-f", "status=exited")).containsExactly("killed", "ended3", "ended0");
    assertThat(listed("-f", "exited=3")).isEmpty();
  }

  @Test
  void aSizeIsToldWhereItIsAsked() {
    assertThat(
            DOCKER.run("ps", "-as", "-f", "name=" + OURS + "ended0", "--format", "{{.Size}}").ok())
        .matches("[0-9.]+k?B \\(virtual .*\\)");
  }

  @Test
  void anIdMayBeCutShortAsLongAsItIsOnes() {
    String id = DOCKER.inspect(OURS + "running").get("Id").asString();
    for (int length : new int[] {64, 12, 11}) {
      assertThat(DOCKER.inspect(id.substring(0, length)).get("Id").asString()).isEqualTo(id);
      assertThat(listed("-f", "id=" + id.substring(0, length))).containsExactly("running");
    }
    assertThat(listed("-a", "-f", "id=" + id.substring(1))).isEmpty();
    // Of seventeen ids two begin with the same digit.
    List<String> more = new ArrayList<>();
    try {
      for (int i = 0; i < 17; i++) {
        more.add(DOCKER.run("create", "busybox", "true").ok());
      }
      Set<String> seen = new java.util.HashSet<>();
      String twice =
          more.stream()
              .map(each -> each.substring(0, 1))
              .filter(each -> !seen.add(each))
              .findFirst()
              .orElseThrow();
      assertThat(DOCKER.run("container", "inspect", twice).err())
          .contains("Multiple IDs found with provided prefix: " + twice);
      assertThat(DOCKER.run("rm", twice).exit()).isNotZero();
    } finally {
      more.add(0, "-f");
      more.add(0, "rm");
      DOCKER.run(more.toArray(String[]::new));
    }
  }
}
