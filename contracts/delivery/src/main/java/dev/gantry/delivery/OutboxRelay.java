package dev.gantry.delivery;

import dev.gantry.events.EventCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries an {@link Outbox} to Kafka in order and deletes what was acknowledged. One relay per
 * schema is active (advisory lock), the others stand by. Holds one connection of the pool while it
 * runs.
 */
public final class OutboxRelay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
  private static final int BATCH = 200;
  private static final int LOOK_ANYWAY_MILLIS = 1000;

  private final String schema;
  private final DataSource database;
  private final KafkaClients kafka;
  private final DeadLetter deadLetter;
  private @Nullable Thread thread;
  private volatile boolean closed;
  private volatile long depth;
  private volatile @Nullable Instant oldest;

  public OutboxRelay(
      String schema, DataSource database, KafkaClients kafka, DeadLetter deadLetter) {
    this.schema = schema;
    this.database = database;
    this.kafka = kafka;
    this.deadLetter = deadLetter;
  }

  /** Returns at once; never fails because the broker or the database is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("outbox-relay-" + schema).start(this::loop);
  }

  private void loop() {
    try (OrderedPublisher publisher = new OrderedPublisher(kafka, "outbox")) {
      while (!closed) {
        try (Connection connection = database.getConnection()) {
          relay(connection, publisher);
        } catch (SQLException e) {
          log.debug("the outbox of {} waits for its database: {}", schema, e.getMessage());
          Thread.sleep(500);
        } catch (RuntimeException e) {
          log.error("the outbox of {} begins again", schema, e);
          Thread.sleep(500);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void relay(Connection connection, OrderedPublisher publisher)
      throws SQLException, InterruptedException {
    connection.setAutoCommit(true);
    while (!closed && !isLeader(connection)) {
      Thread.sleep(LOOK_ANYWAY_MILLIS);
    }
    try {
      lead(connection, publisher);
    } finally {
      resign(connection);
    }
  }

  private void lead(Connection connection, OrderedPublisher publisher)
      throws SQLException, InterruptedException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN " + Outbox.channel(schema));
    }
    PGConnection notices = connection.unwrap(PGConnection.class);
    while (!closed) {
      List<Row> rows = rows(connection);
      if (rows.isEmpty()) {
        depth = 0;
        oldest = null;
        var unused = notices.getNotifications(LOOK_ANYWAY_MILLIS);
      } else {
        publisher.publish(rows.stream().map(Row::message).toList(), deadLetter::bury);
        delete(connection, rows);
      }
    }
  }

  /** One relay a schema: the lock is the session's and goes with it. */
  private boolean isLeader(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_lock(hashtext(?))")) {
      statement.setString(1, Outbox.channel(schema));
      try (ResultSet result = statement.executeQuery()) {
        return result.next() && result.getBoolean(1);
      }
    }
  }

  /** The connection goes back to the pool, and its session must not stay the leader there. */
  private void resign(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("UNLISTEN *; SELECT pg_advisory_unlock_all()");
    } catch (SQLException e) {
      log.debug("the outbox of {} lost its session: {}", schema, e.getMessage());
    }
  }

  private record Row(long number, Message message) {}

  private List<Row> rows(Connection connection) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT number, topic, message_key, headers, value, created_at FROM "
                + schema
                + ".outbox ORDER BY number LIMIT "
                + BATCH)) {
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          if (rows.isEmpty()) {
            oldest = result.getObject(6, OffsetDateTime.class).toInstant();
          }
          LinkedHashMap<String, String> headers = new LinkedHashMap<>();
          EventCodec.JSON
              .readTree(result.getString(4))
              .properties()
              .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
          rows.add(
              new Row(
                  result.getLong(1),
                  new Message(
                      result.getString(2), result.getString(3), headers, result.getBytes(5))));
        }
      }
    }
    depth = rows.size();
    return rows;
  }

  private void delete(Connection connection, List<Row> rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + schema + ".outbox WHERE number = ANY (?)")) {
      Long[] numbers = rows.stream().map(Row::number).toArray(Long[]::new);
      statement.setArray(1, connection.createArrayOf("bigint", numbers));
      int _ = statement.executeUpdate();
    }
  }

  /** Messages waiting, as last seen. */
  public long depth() {
    return depth;
  }

  /** How long the oldest message has been waiting, as last seen. */
  public Duration oldestAge() {
    Instant since = oldest;
    return since == null ? Duration.ZERO : Duration.between(since, Instant.now());
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
