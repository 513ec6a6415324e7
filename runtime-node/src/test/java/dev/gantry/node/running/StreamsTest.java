package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.Holes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow, many, or gone; and output that nobody keeps. */
class StreamsTest {
  /** More than the node has memory. */
  private static final int LINES = 120_000;

  private static final String WRITER =
      "awk 'BEGIN {for (i = 0; i < " + LINES + "; i++) printf \\\"%01000d\\\\n\\\", i}'";
  private static final long MIB = 1 << 20;

  @TempDir static Path root;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    // Nothing listens there: output waits on the disk.
    node = new RunningNode(root, "127.0.0.1:9");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String create(String script, String config, String host) throws Exception {
    return node.create(
        """
        {"Image":"b","Cmd":["sh","-c","%s"]%s,"HostConfig":{"NetworkMode":"none"%s}}
        """
            .formatted(script, config, host));
  }

  private static void begin(String id) throws Exception {
    assertThat(node.call("POST", "/containers/" + id + "/start", null).status()).isEqualTo(200);
  }

  private static NodeStream attach(String id, String streams) throws IOException {
    return node.stream("POST", "/containers/" + id + "/attach?stream=true" + streams, "");
  }

  private static NodeStream follow(String id) throws IOException {
    return node.stream("GET", "/containers/" + id + "/logs?follow=true&stdout=true", "");
  }

  private static Path file(String id) throws Exception {
    return Path.of(node.inspect(id).get("LogPath").asString());
  }

  private static long kept(Path file) throws IOException {
    return Files.size(file) - Holes.end(file);
  }

  private static void awaitStatus(String id, String status) {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> node.inspect(id).at("/State/Status").asString().equals(status));
  }

  /** What the writer writes, as one number. */
  private static long written() {
    CRC32 sum = new CRC32();
    for (int i = 0; i < LINES; i++) {
      sum.update(String.format(Locale.ROOT, "%01000d\n", i).getBytes());
    }
    return sum.getValue();
  }

  @Test
  void aReaderThatStandsStillHoldsNobodyUpAndMissesNothing() throws Exception {
    String id = create(WRITER, "", "");
    try (NodeStream attached = attach(id, "&stdout=true");
        NodeStream followed = follow(id)) {
      begin(id);
      awaitStatus(id, "exited");

      assertThat(followed.head()).startsWith("HTTP/1.1 101 ");
      assertThat(attached.sum()).isEqualTo(written());
    }
  }

  @Test
  void outputThatNobodyKeepsTakesLittlePlaceAndWhoIsAttachedGetsAllOfIt() throws Exception {
    String id =
        create(WRITER + "; sleep 1000", "", ",\"LogConfig\":{\"Type\":\"none\",\"Config\":{}}");
    Path file = file(id);
    try (NodeStream standing = attach(id, "&stdout=true");
        NodeStream attached = attach(id, "&stdout=true")) {
      begin(id);
      var read = CompletableFuture.supplyAsync(attached::sumQuietly);
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> Files.exists(file) && Files.size(file) > LINES * 1000L);
      assertThat(kept(file)).as("for the one that has not read").isGreaterThan(100 * MIB);

      standing.close();

      await().atMost(Duration.ofMinutes(3)).until(() -> kept(file) < 3 * MIB);
      node.call("POST", "/containers/" + id + "/kill", null);
      assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(written());
    }
    for (String what : new String[] {"logs?stdout=true", "attach?logs=true&stdout=true"}) {
      try (NodeStream refused =
          node.stream(
              what.startsWith("logs") ? "GET" : "POST", "/containers/" + id + "/" + what, "")) {
        assertThat(refused.head()).startsWith("HTTP/1.1 501 ");
      }
    }
  }

  @Test
  void inputThatIsGivenOnceEndsWithItsFirstClient() throws Exception {
    String id = create("cat; echo after", ",\"OpenStdin\":true,\"StdinOnce\":true", "");
    try (NodeStream second = attach(id, "&stdout=true")) {
      begin(id);
      try (NodeStream first = attach(id, "&stdin=true&stdout=true")) {
        first.send("word\n");
        await().until(() -> node.logs(id).contains("word"));
      }
      assertThat(second.text()).isEqualTo("word\nafter\n");
    }
  }

  @Test
  void inputThatStaysOpenOutlivesItsClients() throws Exception {
    String id = create("cat", ",\"OpenStdin\":true", "");
    begin(id);
    for (String word : new String[] {"one\n", "two\n"}) {
      try (NodeStream client = attach(id, "&stdin=true&stdout=true")) {
        client.send(word);
        await().until(() -> node.logs(id).contains(word));
      }
    }
    assertThat(node.logs(id)).isEqualTo("one\ntwo\n");
    assertThat(node.inspect(id).at("/State/Running").asBoolean()).isTrue();
  }

  /** What is left of such a client is a connection to the gateway that was broken off. */
  @Test
  void whoHasEndedItsInputIsAskedWhetherItIsThere() throws Exception {
    String id = create("while [ ! -e /go ]; do sleep 0.1; done; echo late", "", "");
    begin(id);
    String exec =
        node.call(
                "POST",
                "/containers/" + id + "/exec",
                EngineJson.MAPPER.readTree(
                    """
                    {"Cmd":["sh","-c","while [ ! -e /first ]; do sleep 0.1; done; echo late"],
                     "AttachStdin":true,"AttachStdout":true}
                    """))
            .body()
            .get("Id")
            .asString();
    try (NodeStream attached = attach(id, "&stdout=true");
        NodeStream run = node.stream("POST", "/exec/" + exec + "/start", "{}");
        NodeStream waiting = attach(id, "&stdin=true&stdout=true")) {
      for (NodeStream stream : List.of(attached, run, waiting)) {
        stream.endInput();
        assertThat(stream.frame()).as("a frame without content").isEmpty();
        assertThat(stream.frame()).as("and another").isEmpty();
      }
      // The end of the container would be that of its exec.
      node.output(id, "touch", "/first");
      assertThat(run.text()).isEqualTo("late\n");
      node.output(id, "touch", "/go");
      for (NodeStream stream : List.of(attached, waiting)) {
        assertThat(stream.text()).isEqualTo("late\n");
      }
    }
  }

  @Test
  void aTerminalsClientIsSentNothingThatItWouldShow() throws Exception {
    String id = create("while [ ! -e /go ]; do sleep 0.1; done; echo late", ",\"Tty\":true", "");
    begin(id);
    try (NodeStream framed = attach(id, "&stdout=true&framed=false");
        NodeStream attached = attach(id, "&stdout=true")) {
      attached.endInput();
      framed.endInput();
      awaitAsking(id);
      node.output(id, "touch", "/go");
      assertThat(attached.raw()).isEqualTo("late\r\n");
      assertThat(framed.raw()).isEqualTo("late\r\n");
    }
  }

  /** Until others were asked, twice. */
  private static void awaitAsking(String id) throws Exception {
    try (NodeStream other = node.stream("POST", "/exec/" + sleeper(id) + "/start", "{}")) {
      other.endInput();
      assertThat(other.frame()).isEmpty();
      assertThat(other.frame()).isEmpty();
    }
  }

  private static String sleeper(String id) throws Exception {
    return node.call(
            "POST",
            "/containers/" + id + "/exec",
            EngineJson.MAPPER.readTree("{\"Cmd\":[\"sleep\",\"1000\"],\"AttachStdout\":true}"))
        .body()
        .get("Id")
        .asString();
  }

  @Test
  void whoLeavesIsNoticedAndFreed() throws Exception {
    String id = create("sleep 1000", ",\"OpenStdin\":true", "");
    begin(id);
    await().until(() -> node.threads("stream-input") == 0);
    int descriptors = node.descriptors();
    List<NodeStream> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients.add(follow(id));
      clients.add(attach(id, "&stdout=true&stderr=true"));
      clients.add(attach(id, "&stdin=true"));
      clients.add(node.stream("GET", "/containers/" + id + "/stats?stream=true", ""));
      clients.add(node.stream("POST", "/containers/" + id + "/wait", ""));
    }
    await().until(() -> node.threads("stream-input") == clients.size());
    for (NodeStream client : clients) {
      client.close();
    }
    await().until(() -> node.threads("stream-input") == 0);
    await().until(() -> node.descriptors() <= descriptors);
  }
}
