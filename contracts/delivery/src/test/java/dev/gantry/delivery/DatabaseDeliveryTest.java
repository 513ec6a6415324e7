package dev.gantry.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.Topics;
import dev.gantry.ops.testkit.KafkaBroker;
import dev.gantry.ops.testkit.PostgresCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.awaitility.Awaitility;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Out of a real database and into it, whatever fails on the way. */
class DatabaseDeliveryTest {
  private static final String TOPIC = Topics.AUDIT_CALLS.topic();
  private static final String SCHEMA = "thing";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresCluster postgres = PostgresCluster.start();
  private final KafkaBroker broker = KafkaBroker.start();
  private final KafkaClients kafka = KafkaClients.of(broker.settings(), "test");
  private final DeadLetter deadLetter = new DeadLetter(kafka, "test");
  private final DSLContext database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);

  @BeforeEach
  void tables() throws Exception {
    postgres.execute("CREATE SCHEMA " + SCHEMA);
    postgres.execute("ALTER DATABASE gantry SET search_path = " + SCHEMA);
    postgres.execute(script("outbox.sql"));
    postgres.execute(script("consumer.sql"));
    postgres.execute("CREATE TABLE effect (number SERIAL, text TEXT)");
    try (TopicAdmin topics = new TopicAdmin(kafka)) {
      topics.start();
      assertThat(topics.awaitReady(PATIENCE)).isTrue();
    }
  }

  @AfterEach
  void close() {
    deadLetter.close();
    broker.close();
    postgres.close();
  }

  @Test
  void aRelayThatFailsLeavesTheLeadToOthersAndBeginsAgain() throws Exception {
    try (Connection pooled = postgres.dataSource().getConnection();
        Connection other = postgres.dataSource().getConnection();
        OutboxRelay relay = new OutboxRelay(SCHEMA, new PoolOfOne(pooled), kafka, deadLetter)) {
      relay.start();
      append(0, 10);
      Awaitility.await().atMost(PATIENCE).until(() -> texts(TOPIC).size() == 10);
      assertThat(lead(other)).as("the relay leads").isFalse();
      postgres.execute("ALTER TABLE outbox RENAME TO away");
      Awaitility.await().atMost(PATIENCE).until(() -> lead(other));
      postgres.execute("ALTER TABLE away RENAME TO outbox");
      append(10, 20);
      try (Statement statement = other.createStatement()) {
        statement.execute("SELECT pg_advisory_unlock_all()");
      }
      Awaitility.await().atMost(PATIENCE).until(() -> texts(TOPIC).size() == 20);
    }
    assertThat(texts(TOPIC)).containsExactlyElementsOf(numbers(0, 20));
    assertThat(database.fetchCount(DSL.table("outbox"))).isZero();
  }

  @Test
  void anIdleRelayEndsWithoutAComplaint() throws Exception {
    List<Throwable> complaints = new CopyOnWriteArrayList<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, complaint) -> complaints.add(complaint));
    try (OutboxRelay relay = new OutboxRelay(SCHEMA, postgres.dataSource(), kafka, deadLetter)) {
      relay.start();
      append(0, 1);
      Awaitility.await().atMost(PATIENCE).until(() -> texts(TOPIC).size() == 1);
      relay.close();
      assertThat(complaints).isEmpty();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aBacklogIsTakenInPortionsThatFitIntoMemory() throws Exception {
    byte[] large = new byte[256 << 10]; // compresses to next to nothing, as output often does
    int count = 200;
    try (Producer<String, byte[]> producer = kafka.producer("source")) {
      for (int i = 0; i < count; i++) {
        producer.send(new Message(TOPIC, "key", Map.of(), large).toProducerRecord());
      }
      producer.flush();
    }
    List<Integer> portions = new CopyOnWriteArrayList<>();
    try (IdempotentConsumer consumer = consumer((_, records) -> portions.add(records.size()))) {
      consumer.start();
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> portions.stream().mapToInt(Integer::intValue).sum() == count);
    }
    assertThat(portions).allMatch(records -> records * large.length <= 16 << 20);
  }

  @Test
  void aDiskThatTakesNothingIsWaitedForAndARecordThatIsWrongIsBuriedAlone() throws Exception {
    try (Producer<String, byte[]> producer = kafka.producer("source")) {
      numbers(0, 10).forEach(text -> producer.send(message(text).toProducerRecord()));
      producer.flush();
    }
    Set<String> full = ConcurrentHashMap.newKeySet();
    full.add("the disk is full");
    List<String> refused = new CopyOnWriteArrayList<>();
    try (IdempotentConsumer consumer =
        consumer(
            (transaction, records) -> {
              for (ConsumerRecord<String, byte[]> record : records) {
                String text = new String(record.value(), UTF_8);
                if (text.equals("m3")) {
                  throw new IllegalArgumentException("m3 is wrong");
                }
                if (text.equals("m5") && !full.isEmpty()) {
                  refused.add(text);
                  throw new IOException("No space left on device");
                }
                transaction
                    .insertInto(DSL.table("effect"), DSL.field("text"))
                    .values(text)
                    .execute();
              }
            })) {
      consumer.start();
      Awaitility.await().atMost(PATIENCE).until(() -> refused.size() > 2);
      assertThat(effects()).containsExactly("m0", "m1", "m2", "m4");
      full.clear();
      Awaitility.await().atMost(PATIENCE).until(() -> effects().size() == 9);
    }
    assertThat(effects()).containsExactly("m0", "m1", "m2", "m4", "m5", "m6", "m7", "m8", "m9");
    assertThat(texts(Topics.DEAD_LETTERS.topic())).containsExactly("m3");
  }

  private IdempotentConsumer consumer(IdempotentConsumer.Effect effect) {
    return new IdempotentConsumer(
        "test",
        List.of(TOPIC),
        SCHEMA,
        database,
        kafka,
        deadLetter,
        new ConsumerTracing(null, null),
        effect);
  }

  private void append(int from, int to) {
    Outbox outbox = new Outbox(SCHEMA);
    numbers(from, to)
        .forEach(
            text ->
                database.transaction(
                    configuration -> outbox.append(DSL.using(configuration), message(text))));
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  private static Message message(String text) {
    return new Message(TOPIC, "key", Map.of(), text.getBytes(UTF_8));
  }

  private static boolean lead(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT pg_try_advisory_lock(hashtext('" + Outbox.channel(SCHEMA) + "'))")) {
      return result.next() && result.getBoolean(1);
    }
  }

  private List<String> effects() {
    return database
        .select(DSL.field("text", String.class))
        .from("effect")
        .orderBy(DSL.field("number"))
        .fetch(0, String.class);
  }

  private List<String> texts(String topic) {
    return TopicContent.texts(kafka, topic);
  }

  private static String script(String name) throws IOException {
    try (InputStream in = Outbox.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no " + name + " on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** Gives out one session again and again, as a pool does: closing only returns it. */
  private static final class PoolOfOne extends PGSimpleDataSource {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Connection session;

    PoolOfOne(Connection session) {
      this.session = session;
    }

    @Override
    public Connection getConnection() {
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> {
                if (method.getName().equals("close")) {
                  return null;
                }
                try {
                  return method.invoke(session, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
