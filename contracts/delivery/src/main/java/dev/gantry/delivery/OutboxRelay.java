package dev.gantry.delivery;

import java.time.Duration;
import javax.sql.DataSource;

/**
 * Carries an {@link Outbox} to Kafka in order and deletes what was acknowledged. One relay per
 * schema is active (advisory lock), the others stand by. Holds one connection of the pool while it
 * runs.
 */
public final class OutboxRelay implements AutoCloseable {

  public OutboxRelay(
      String schema, DataSource database, KafkaClients kafka, DeadLetter deadLetter) {
    throw new UnsupportedOperationException();
  }

  /** Returns at once; never fails because the broker or the database is away. */
  public void start() {}

  /** Messages waiting, as last seen. */
  public long depth() {
    throw new UnsupportedOperationException();
  }

  /** How long the oldest message has been waiting, as last seen. */
  public Duration oldestAge() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
