package dev.gantry.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gantry.events.Topics;
import dev.gantry.ops.testkit.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A journal's way to a real broker that is away, refuses, or will not take one message. */
class JournalRelayTest {
  private static final String TOPIC = Topics.AUDIT_CALLS.topic();
  private static final Duration GATHER = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final KafkaBroker broker = KafkaBroker.start();
  private final KafkaClients kafka = KafkaClients.of(broker.settings(), "test");
  private final DeadLetter deadLetter = new DeadLetter(kafka, "test");
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void topics() throws Exception {
    try (TopicAdmin topics = new TopicAdmin(kafka)) {
      topics.start();
      assertThat(topics.awaitReady(PATIENCE)).isTrue();
    }
    said.start();
    ((Logger) LoggerFactory.getLogger(OrderedPublisher.class)).addAppender(said);
  }

  @AfterEach
  void close() {
    ((Logger) LoggerFactory.getLogger(OrderedPublisher.class)).detachAppender(said);
    deadLetter.close();
    broker.close();
  }

  @Test
  void factsWaitForABrokerThatIsAwayAndKeepTheirOrder() throws Exception {
    broker.stop();
    try (EventJournal journal = journal();
        JournalRelay relay = new JournalRelay(journal, kafka, deadLetter, GATHER)) {
      relay.start();
      IntStream.range(0, 1500).forEach(i -> journal.append(message("m" + i)));
      Awaitility.await().atMost(PATIENCE).until(this::hasWaited);
      IntStream.range(1500, 3000).forEach(i -> journal.append(message("m" + i)));
      assertThat(journal.status().depth()).isEqualTo(3000);
      broker.restart();
      awaitEmpty(journal);
    }
    assertThat(texts(TOPIC).stream().distinct())
        .containsExactlyElementsOf(IntStream.range(0, 3000).mapToObj(i -> "m" + i).toList());
    assertThat(texts(Topics.DEAD_LETTERS.topic())).isEmpty();
  }

  @Test
  void aBrokerThatRefusesThisProcessCostsNoFact() throws Exception {
    AclBinding refusal =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
            new AccessControlEntry(
                "User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
    try (Admin admin = kafka.admin();
        EventJournal journal = journal();
        JournalRelay relay = new JournalRelay(journal, kafka, deadLetter, GATHER)) {
      admin.createAcls(List.of(refusal)).all().get();
      relay.start();
      IntStream.range(0, 10).forEach(i -> journal.append(message("m" + i)));
      Awaitility.await().atMost(PATIENCE).until(this::hasWaited);
      assertThat(journal.status().depth()).isEqualTo(10);
      admin.deleteAcls(List.of(refusal.toFilter())).all().get();
      awaitEmpty(journal);
    }
    assertThat(texts(TOPIC).stream().distinct())
        .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList());
    assertThat(texts(Topics.DEAD_LETTERS.topic())).isEmpty();
  }

  @Test
  void aMessageThatNoBrokerTakesIsBuriedAloneAndTheOthersGoOn() throws Exception {
    configure("max.message.bytes", "2000");
    try (EventJournal journal = journal();
        JournalRelay relay = new JournalRelay(journal, kafka, deadLetter, GATHER)) {
      byte[] large = new byte[20_000];
      new Random(1).nextBytes(large); // compression does not help it
      journal.append(message("before"));
      journal.append(new Message(TOPIC, "key", Map.of(), large));
      journal.append(message("after"));
      relay.start();
      awaitEmpty(journal);
    }
    assertThat(texts(TOPIC)).containsExactly("before", "after");
    assertThat(deadLetter.count()).isEqualTo(1);
    assertThat(texts(Topics.DEAD_LETTERS.topic())).hasSize(1);
  }

  @Test
  void closingDoesNotWaitForWhatTheBrokerDoesNotTake() throws Exception {
    try (Admin admin = kafka.admin();
        EventJournal journal = journal()) {
      JournalRelay relay = new JournalRelay(journal, kafka, deadLetter, GATHER);
      relay.start();
      journal.append(message("sent"));
      awaitEmpty(journal);
      admin.deleteTopics(List.of(TOPIC)).all().get();
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> !admin.listTopics().names().get().contains(TOPIC));
      journal.append(message("kept")); // the producer knows the topic and waits for its return
      Awaitility.await().atMost(PATIENCE).until(JournalRelayTest::isWaitingForTheBroker);
      Thread closing = Thread.ofPlatform().start(relay::close);
      assertThat(closing.join(PATIENCE)).as("closed").isTrue();
      assertThat(journal.status().depth()).isEqualTo(1);
    }
  }

  private void configure(String name, String value) throws Exception {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    try (Admin admin = kafka.admin()) {
      admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
    }
  }

  private static boolean isWaitingForTheBroker() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("journal-relay"))
        .flatMap(thread -> Stream.of(thread.getValue()))
        .anyMatch(frame -> frame.getClassName().endsWith("FutureRecordMetadata"));
  }

  private boolean hasWaited() {
    return List.copyOf(said.list).stream()
        .anyMatch(event -> event.getFormattedMessage().startsWith("journal waits for the broker"));
  }

  private EventJournal journal() {
    return EventJournal.open(
        JournalSettings.in(folder.resolve("journal"), Set.of()), InstantSource.system());
  }

  private static void awaitEmpty(EventJournal journal) {
    Awaitility.await().atMost(PATIENCE).until(() -> journal.status().depth() == 0);
  }

  private static Message message(String text) {
    return new Message(TOPIC, "key", Map.of(), text.getBytes(UTF_8));
  }

  private List<String> texts(String topic) {
    return TopicContent.texts(kafka, topic);
  }
}
