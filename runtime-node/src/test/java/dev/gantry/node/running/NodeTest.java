package dev.gantry.node.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineEvent;
import dev.gantry.events.EventCodec;
import dev.gantry.events.LogBatch;
import dev.gantry.events.LogBatchCodec;
import dev.gantry.events.Topics;
import dev.gantry.ops.testkit.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
  @TempDir static Path root;
  private static KafkaBroker broker;
  private static KafkaClients kafka;
  private static TopicAdmin topics;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.start();
    kafka = KafkaClients.of(broker.settings(), "test");
    topics = new TopicAdmin(kafka);
    topics.start();
    node = new RunningNode(root, broker.bootstrap());
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    topics.close();
    broker.close();
  }

  @AfterEach
  void recordAndKernelAgree() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String start(String json) throws Exception {
    String id = node.create(json);
    assertThat(node.call("POST", "/containers/" + id + "/start", null).status()).isEqualTo(200);
    return id;
  }

  private static String run(String json) throws Exception {
    String id = node.create(json);
    try (NodeStream wait =
        node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
      node.call("POST", "/containers/" + id + "/start", null);
      wait.raw();
    }
    return id;
  }

  @Test
  void attachBeforeStartLosesNothingAndWaitTellsTheCode() throws Exception {
    String id =
        node.create(
            """
            {"Image":"busybox","Cmd":["sh","-c","printf abc; sleep 0.1; echo def; exit 3"],
             "HostConfig":{"NetworkMode":"none"}}
            """);
    try (NodeStream attach =
            node.stream("POST", "/containers/" + id + "/attach?stream=true&stdout=true", "");
        NodeStream wait =
            node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
      assertThat(attach.head())
          .startsWith("HTTP/1.1 101 ")
          .contains("Gantry-Content-Type: application/vnd.docker.multiplexed-stream");
      node.call("POST", "/containers/" + id + "/start", null);
      assertThat(attach.text()).isEqualTo("abcdef\n");
      assertThat(wait.raw()).isEqualTo("{\"StatusCode\":3}\n");
    }
    assertThat(node.logs(id)).isEqualTo("abcdef\n");
    var state = node.inspect(id).get("State");
    assertThat(state.get("Status").asString()).isEqualTo("exited");
    assertThat(state.get("ExitCode").asInt()).isEqualTo(3);
  }

  @Test
  void inputIsHalfClosed() throws Exception {
    String id =
        node.create(
            """
            {"Image":"busybox","Cmd":["cat"],"OpenStdin":true,"StdinOnce":true,
             "HostConfig":{"NetworkMode":"none"}}
            """);
    try (NodeStream attach =
        node.stream(
            "POST", "/containers/" + id + "/attach?stream=true&stdin=true&stdout=true", "")) {
      node.call("POST", "/containers/" + id + "/start", null);
      attach.send("x".repeat(20_000));
      attach.send("end");
      attach.endInput();
      assertThat(attach.text()).hasSize(20_003).endsWith("xend");
    }
  }

  @Test
  void aTerminalIsDetachedByItsKeys() throws Exception {
    String id =
        start(
            """
            {"Image":"busybox","Cmd":["cat"],"Tty":true,"OpenStdin":true,
             "HostConfig":{"NetworkMode":"none"}}
            """);
    try (NodeStream attach =
        node.stream(
            "POST",
            "/containers/" + id + "/attach?stream=true&stdin=true&stdout=true&detachKeys=ctrl-a",
            "")) {
      attach.send("x\u0001");
      assertThat(attach.raw()).doesNotContain("\u0001");
    }
    assertThat(node.inspect(id).at("/State/Running").asBoolean()).isTrue();
  }

  @Test
  void aFailedStartKeepsCodeAndReason() throws Exception {
    String id = node.create("{\"Image\":\"b\",\"Cmd\":[\"nosuch\"]}");

    var answer = node.call("POST", "/containers/" + id + "/start", null);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail()).contains("exec: \"nosuch\": executable file not found in $PATH");
    var state = node.inspect(id).get("State");
    assertThat(state.get("Status").asString()).isEqualTo("created");
    assertThat(state.get("ExitCode").asInt()).isEqualTo(127);
    assertThat(state.get("Error").asString()).contains("executable file not found");
  }

  @Test
  void conflictsAreToldInTheEnginesWords() throws Exception {
    String id =
        start(
            "{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"60\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}");
    String path = "/containers/" + id;

    assertThat(node.call("POST", path + "/start", null).body().get("changed").asBoolean())
        .isFalse();
    assertThat(node.call("DELETE", path, null).detail()).contains("container is running: stop");
    assertThat(node.call("POST", path + "/unpause", null).status()).isEqualTo(409);
    assertThat(node.call("POST", path + "/pause", null).status()).isEqualTo(200);
    assertThat(node.inspect(id).at("/State/Status").asString()).isEqualTo("paused");
    assertThat(node.call("POST", path + "/kill", null).status()).isEqualTo(200);
    assertThat(node.call("POST", path + "/kill", null).status()).isEqualTo(409);
    assertThat(node.call("POST", path + "/stop", null).body().get("changed").asBoolean()).isFalse();
    assertThat(node.inspect(id).at("/State/ExitCode").asInt()).isEqualTo(137);
  }

  @Test
  void anotherTeamSeesNothing() throws Exception {
    String id = node.create("{\"Image\":\"b\"}");

    var other = node.call("GET", "/containers/" + id + "/json", null, "other");
    var absent = node.call("GET", "/containers/" + "f".repeat(64) + "/json", null, "other");

    assertThat(other.status()).isEqualTo(404);
    assertThat(other.detail().replace(id, "?"))
        .isEqualTo(absent.detail().replace("f".repeat(64), "?"));
  }

  @Test
  void aNewVolumeGetsWhatTheImageHas() throws Exception {
    String id =
        run(
            """
            {"Image":"b","Cmd":["sh","-c","cat /data/of-the-image; touch /data/new"],
             "HostConfig":{"NetworkMode":"none","Binds":["things:/data"]}}
            """);
    assertThat(node.logs(id)).isEqualTo("copied up\n");
    Path data = root.resolve("var/lib/gantry/nodes/node-1/volumes/default/things/_data");
    assertThat(data.resolve("new")).exists();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("of-the-image"))))
        .isEqualTo("rw-r-----");
    assertThat(node.call("DELETE", "/volumes/things", null).status()).isEqualTo(409);
    node.call("DELETE", "/containers/" + id, null);
    assertThat(node.call("DELETE", "/volumes/things", null).status()).isEqualTo(204);
  }

  @Test
  void autoRemoveTakesAnonymousVolumesToo() throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["true"],"Volumes":{"/v":{}},
             "HostConfig":{"NetworkMode":"none","AutoRemove":true}}
            """);
    assertThat(node.call("GET", "/volumes", null).body()).hasSize(1);
    try (NodeStream wait =
        node.stream("POST", "/containers/" + id + "/wait?condition=removed", "")) {
      node.call("POST", "/containers/" + id + "/start", null);
      assertThat(wait.raw()).isEqualTo("{\"StatusCode\":0}\n");
    }
    assertThat(node.call("GET", "/containers/" + id + "/json", null).status()).isEqualTo(404);
    assertThat(node.call("GET", "/volumes", null).body()).isEmpty();
  }

  @Test
  void aPolicyRestartsSoManyTimes() throws Exception {
    String id =
        start(
            """
            {"Image":"b","Cmd":["false"],"HostConfig":{"NetworkMode":"none",
             "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2}}}
            """);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.inspect(id).at("/State/Status").asString().equals("exited"));
    assertThat(node.inspect(id).get("RestartCount").asInt()).isEqualTo(2);
  }

  @Test
  void createIsDoneOnceHoweverOftenItIsAsked() throws Exception {
    var id = ContainerId.random(new SecureRandom());

    assertThat(node.create(id, "{\"Image\":\"b\"}").status()).isEqualTo(201);
    assertThat(node.create(id, "{\"Image\":\"b\"}").status()).isEqualTo(201);

    assertThat(node.call("GET", "/containers", null).body()).hasSize(1);
    Path folder = root.resolve("var/lib/gantry/nodes/node-1/containers/" + id);
    assertThat(folder).isDirectoryContaining("glob:**/record.json");
    assertThat(Files.size(folder.resolve("record.json"))).isLessThan(8192);
  }

  @Test
  void whatCannotBeIsRefusedInTheEnginesWords() throws Exception {
    var random = new SecureRandom();
    assertThat(
            node.create(
                    ContainerId.random(random),
                    "{\"Image\":\"b\",\"HostConfig\":{\"Memory\":1000}}")
                .detail())
        .isEqualTo("Minimum memory limit allowed is 6MB");
    assertThat(
            node.create(
                    ContainerId.random(random),
                    "{\"Image\":\"b\",\"HostConfig\":{\"Binds\":[\"/a:b\"]}}")
                .detail())
        .contains("mount path must be absolute");
    assertThat(
            node.create(
                    ContainerId.random(random),
                    "{\"Image\":\"b\",\"HostConfig\":{\"NetworkMode\":\"nosuch\"}}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void containersRunOnWhileTheNodeIsDead() throws Exception {
    String runs =
        start(
            """
            {"Image":"b","Cmd":["sh","-c","i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done"],
             "HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":""}]}}}
            """);
    String ends =
        start(
            """
            {"Image":"b","Cmd":["sh","-c","sleep 0.5; echo last words; exit 42"]}
            """);
    String goes =
        start(
            """
            {"Image":"b","Cmd":["sleep","0.5"],"HostConfig":{"AutoRemove":true}}
            """);
    node.kill();
    Path exit = root.resolve("run/gantry/nodes/node-1/containers/" + ends + "/exit/" + ends);
    await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(exit));
    node.start("");

    assertThat(node.inspect(runs).at("/State/Status").asString()).isEqualTo("running");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.inspect(ends).at("/State/Status").asString().equals("exited"));
    assertThat(node.inspect(ends).at("/State/ExitCode").asInt()).isEqualTo(42);
    assertThat(node.logs(ends)).isEqualTo("last words\n");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.call("GET", "/containers/" + goes + "/json", null).status() == 404);
    List<String> lines = node.logs(runs).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).isEqualTo(Integer.toString(i));
    }
    assertThat(node.check()).isEmpty();
    assertThat(node.call("POST", "/containers/" + runs + "/stop?t=0", null).status())
        .isEqualTo(200);
  }

  @Test
  void factsAndOutputReachTheBrokerInOrder() throws Exception {
    assertThat(topics.awaitReady(Duration.ofSeconds(30))).isTrue();
    String id =
        run(
            """
            {"Image":"b","Cmd":["sh","-c","echo one; echo two >&2"],"Labels":{"a":"b"},
             "Env":["SECRET=s3cret"],"HostConfig":{"NetworkMode":"none"}}
            """);
    node.call("DELETE", "/containers/" + id, null);

    List<String> actions = new ArrayList<>();
    StringBuilder output = new StringBuilder();
    List<Boolean> states = new ArrayList<>();
    try (Consumer<String, byte[]> reader = kafka.reader("facts")) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topics topic :
          List.of(Topics.CONTAINER_EVENTS, Topics.CONTAINER_STATE, Topics.LOG_BATCHES)) {
        for (int i = 0; i < topic.partitions(); i++) {
          partitions.add(new TopicPartition(topic.topic(), i));
        }
      }
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                  if (!id.equals(record.key())) {
                    continue;
                  }
                  if (record.topic().equals(Topics.CONTAINER_EVENTS.topic())) {
                    EngineEvent event =
                        Objects.requireNonNull(
                            EventCodec.fromRecord(record, EngineEvent.class).data());
                    actions.add(event.action());
                    assertThat(event.actor().attributes()).containsEntry("a", "b");
                  } else if (record.topic().equals(Topics.LOG_BATCHES.topic())) {
                    LogBatch batch = LogBatchCodec.decode(record.value());
                    batch
                        .entries()
                        .forEach(entry -> output.append(new String(entry.bytes(), UTF_8)));
                    output.append(batch.last() ? "<last>" : "");
                  } else {
                    states.add(record.value() != null);
                    assertThat(
                            new String(
                                record.value() == null ? new byte[0] : record.value(), UTF_8))
                        .doesNotContain("s3cret");
                  }
                }
                return actions.contains("destroy")
                    && output.toString().endsWith("<last>")
                    && states.contains(false);
              });
    }
    assertThat(actions).containsExactly("create", "start", "die", "destroy");
    assertThat(output.toString()).isEqualTo("one\ntwo\n<last>");
    assertThat(states.getLast()).isFalse();
  }

  @Test
  void probesAndChangesOfHealthAreTold() throws Exception {
    assertThat(topics.awaitReady(Duration.ofSeconds(30))).isTrue();
    String id =
        start(
            """
            {"Image":"b","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"none"},
             "Healthcheck":{"Test":["CMD-SHELL","test ! -e /sick && touch /sick"],
              "Interval":100000000,"Retries":1}}
            """);

    List<String> actions = new ArrayList<>();
    try (Consumer<String, byte[]> reader = kafka.reader("health")) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < Topics.CONTAINER_EVENTS.partitions(); i++) {
        partitions.add(new TopicPartition(Topics.CONTAINER_EVENTS.topic(), i));
      }
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                  if (id.equals(record.key())) {
                    actions.add(
                        Objects.requireNonNull(
                                EventCodec.fromRecord(record, EngineEvent.class).data())
                            .action());
                  }
                }
                return actions.contains("health_status: unhealthy");
              });
    }

    String command = "/bin/sh -c test ! -e /sick && touch /sick";
    assertThat(actions)
        .startsWith(
            "create",
            "start",
            "exec_create: " + command,
            "exec_start: " + command,
            "exec_die",
            "health_status: healthy",
            "exec_create: " + command,
            "exec_start: " + command,
            "exec_die",
            "health_status: unhealthy");
  }
}
