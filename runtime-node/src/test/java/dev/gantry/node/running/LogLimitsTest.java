package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.node.kernel.Holes;
import dev.gantry.node.kernel.Trees;
import dev.gantry.ops.testkit.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Output beyond {@code max-size} and {@code max-file} goes, oldest first, while all else goes on.
 */
class LogLimitsTest {
  private static final long LIMIT = 256 * 1024;
  private static final int LINES = 100_000;

  private static Path root = Path.of("");
  private static RunningNode node;
  private static KafkaBroker broker;
  private static TopicAdmin topics;

  @BeforeAll
  static void start() throws Exception {
    root = Files.createTempDirectory("gantry-logs");
    broker = KafkaBroker.start();
    topics = new TopicAdmin(KafkaClients.of(broker.settings(), "test"));
    topics.start();
    node = new RunningNode(root, broker.bootstrap());
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    topics.close();
    broker.close();
    Trees.delete(root);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String writer(String script, String options) throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sh","-c","%s"],"Env":["COLOUR=green","PLAIN=1"],
             "Labels":{"team":"shop","other":"x"},
             "HostConfig":{"NetworkMode":"none","LogConfig":{"Type":"json-file","Config":{%s}}}}
            """
                .formatted(script, options));
    node.call("POST", "/containers/" + id + "/start", null);
    return id;
  }

  private static Path file(String id) throws Exception {
    return Path.of(node.inspect(id).get("LogPath").asString());
  }

  private static long kept(Path file) throws IOException {
    return Files.size(file) - Holes.end(file);
  }

  private static List<String> logs(String id, String query) throws Exception {
    try (NodeStream stream =
        node.stream("GET", "/containers/" + id + "/logs?stdout=true&stderr=true" + query, "")) {
      return stream.text().lines().toList();
    }
  }

  @Test
  void whatIsKeptIsWholeAndTheLast() throws Exception {
    String id =
        writer("seq -w 1 " + LINES + "; sleep 1000", "\"max-size\":\"128k\",\"max-file\":\"2\"");
    Path file = file(id);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              List<String> last = logs(id, "&tail=1");
              return last.equals(List.of("%06d".formatted(LINES))) && kept(file) <= LIMIT;
            });

    List<String> all = logs(id, "");
    assertThat(all.size()).isBetween(2000, 5000);
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i)).isEqualTo("%06d".formatted(LINES - all.size() + 1 + i));
    }
    assertThat(logs(id, "&tail=10")).isEqualTo(all.subList(all.size() - 10, all.size()));
    assertThat(logs(id, "&tail=90000")).isEqualTo(all);
    assertThat(logs(id, "&since=1")).isEqualTo(all);

    node.kill();
    node.start("");

    assertThat(logs(id, "")).isEqualTo(all);
  }

  @Test
  void aFollowerGoesOnWhileWhatItHasReadGoes() throws Exception {
    String id =
        writer(
            "for i in $(seq 12); do seq $((i*2000-1999)) $((i*2000)); sleep 0.5; done; sleep 1000",
            "\"max-size\":\"256k\"");
    CompletableFuture<List<String>> followed =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return logs(id, "&follow=true");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    // All of it was written, and its beginning is gone, when the container ends.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> logs(id, "&tail=1").equals(List.of("24000")) && Holes.end(file(id)) > 2 * LIMIT);
    node.call("POST", "/containers/" + id + "/stop?t=0", null);
    List<String> all = followed.get(60, TimeUnit.SECONDS);

    assertThat(all).hasSize(24_000).startsWith("1").endsWith("24000");
  }

  @Test
  void whatAnEndedContainerLeftIsTrimmedToo() throws Exception {
    String id = writer("seq 1 " + LINES, "\"max-size\":\"128k\",\"max-file\":\"2\"");
    node.kill();
    node.start("");

    await().atMost(Duration.ofSeconds(60)).until(() -> kept(file(id)) <= LIMIT);
    List<String> all = logs(id, "");
    assertThat(all).endsWith(Integer.toString(LINES)).hasSizeLessThan(LINES);
  }

  @Test
  void withoutALimitEverythingIsKept() throws Exception {
    String id = writer("seq 1 " + LINES, "");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> node.inspect(id).at("/State/Status").asString().equals("exited"));

    assertThat(logs(id, "")).hasSize(LINES);
  }

  @Test
  void detailsAreWhatTheOptionsName() throws Exception {
    String id =
        writer("echo hello", "\"labels\":\"team\",\"env-regex\":\"^COL\",\"tag\":\"{{ .ID }}/x\"");
    await().atMost(Duration.ofSeconds(20)).until(() -> !logs(id, "").isEmpty());

    assertThat(logs(id, "&details=true"))
        .containsExactly("COLOUR=green,tag=" + id.substring(0, 12) + "%2Fx,team=shop hello");
  }
}
