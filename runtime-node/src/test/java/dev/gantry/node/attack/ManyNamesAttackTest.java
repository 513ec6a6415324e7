package dev.gantry.node.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gantry.node.running.RunningNode.Drained;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container makes more names than the node has memory for (96 MiB in these tests), or folders in
 * each other that are deeper than a path is long; and many ask for them at once.
 */
@ParameterizedClass
@ValueSource(strings = "crun")
class ManyNamesAttackTest extends Attacked {
  private static final int NAMES = 80_000;
  private static final int TAR_HEADER = 512;

  ManyNamesAttackTest(String runtime) {}

  private static String made(String script) throws Exception {
    String id = node.create(request(shell(script + "\necho ready; exec sleep 1000"), ""));
    start(id, 200);
    await().atMost(Duration.ofMinutes(2)).until(() -> node.logs(id).contains("ready"));
    return id;
  }

  private static String count(int to, String step) {
    return "i=0; while [ $i -lt %d ]; do %s; i=$((i+1)); done".formatted(to, step);
  }

  /** Asks for all of these at once, and for a file of another team's container meanwhile. */
  private static List<Drained> together(List<String> paths) throws Exception {
    String other = node.create(request("\"Cmd\":[\"sleep\",\"1000\"]", ""), "neighbour");
    node.call("POST", "/containers/" + other + "/start", null, "neighbour");
    List<Drained> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Drained>> all = new ArrayList<>();
      for (String path : paths) {
        all.add(threads.submit(() -> node.drain(path, "default")));
      }
      do {
        Drained neighbour =
            node.drain("/containers/" + other + "/archive?path=/etc/passwd", "neighbour");
        assertThat(neighbour.status()).isEqualTo(200);
      } while (!all.stream().allMatch(Future::isDone));
      for (Future<Drained> one : all) {
        answers.add(one.get());
      }
    } finally {
      node.call("DELETE", "/containers/" + other + "?force=true", null, "neighbour");
    }
    return answers;
  }

  @Test
  void aFolderOfVeryManyNamesIsServedWithoutHoldingThem() throws Exception {
    String id = made("mkdir /d; " + count(NAMES, ": >/d/a-name-that-is-not-a-very-short-one-$i"));
    String one = "/containers/" + id;
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      paths.addAll(List.of(one + "/export", one + "/archive?path=/d", one + "/changes"));
    }
    int whole = 0;
    for (Drained answer : together(paths)) {
      // One that had to wait for too long is told so.
      assertThat(answer.status()).isIn(200, 503);
      if (answer.status() == 200) {
        assertThat(answer.bytes()).isGreaterThan((long) NAMES * 60);
        whole++;
      }
    }
    assertThat(whole).isGreaterThan(2);
    assertThat(node.drain(one + "/archive?path=/d", "default").bytes())
        .isGreaterThan((long) NAMES * TAR_HEADER);
  }

  @Test
  void furtherNamesOfVeryManyFilesAreNotRememberedWithoutEnd() throws Exception {
    // All second names come after all first ones.
    int files = NAMES / 3;
    String id =
        made(
            "mkdir /a /b; "
                + count(
                    files, "f=a-name-that-is-not-a-very-short-one-$i; : >/a/$f; ln /a/$f /b/$f"));
    for (Drained answer : together(List.of("/containers/" + id + "/export"))) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.bytes()).isGreaterThan(2L * files * TAR_HEADER);
    }
  }

  @Test
  void foldersThatAreDeeperThanAnyPathAreRefusedAndGo() throws Exception {
    String name = "n".repeat(100);
    String id =
        made(
            "mkdir /d; cd /d; %s; echo x >f"
                .formatted(count(1000, "mkdir %s; cd -P %s 2>/dev/null".formatted(name, name))));
    for (String path : List.of("/export", "/archive?path=/d", "/changes")) {
      assertThatThrownBy(
              () -> {
                Drained cut = node.drain("/containers/" + id + path, "default");
                assertThat(cut.status()).isEqualTo(200);
              })
          .isInstanceOfAny(IOException.class, AssertionError.class);
    }
    assertThat(node.call("GET", "/containers/" + id + "/json?size=true", null).status())
        .isEqualTo(200);
    assertThat(node.call("DELETE", "/containers/" + id + "?force=true", null).status())
        .isEqualTo(204);
  }
}
