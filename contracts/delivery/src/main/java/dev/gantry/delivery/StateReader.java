package dev.gantry.delivery;

import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Feeds a read model from topics, without a group: every instance reads everything. Compacted
 * topics are read from the beginning; {@link #caughtUp} tells when all that stood there at the
 * start has been delivered. Goes on through the broker's absence; a record may come again, so
 * listeners compare versions.
 */
public final class StateReader implements AutoCloseable {

  /**
   * Called on the reader's one thread, in order per key. What it throws is logged, counted, and
   * passed over.
   */
  public interface Listener {
    /** The last word so far on a key (or, on a topic with retention, a happening). */
    void value(ConsumerRecord<String, byte[]> record);

    /** The noun is gone. */
    void tombstone(ConsumerRecord<String, byte[]> record);

    /**
     * All that stood in the topics when the reader started has been delivered. Called once per
     * start.
     */
    default void caughtUp() {}
  }

  /** Where in a topic to begin. */
  public sealed interface From {
    /** Everything that the topic still has. */
    record Beginning() implements From {}

    /** Only what comes from now on. */
    record End() implements From {}

    /** What was written at or after a time. */
    record Time(java.time.Instant instant) implements From {}
  }

  /** Reads from the beginning. */
  public StateReader(
      String purpose, Collection<String> topics, KafkaClients kafka, Listener listener) {
    throw new UnsupportedOperationException();
  }

  public StateReader(
      String purpose, Collection<String> topics, From from, KafkaClients kafka, Listener listener) {
    throw new UnsupportedOperationException();
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {}

  public boolean caughtUp() {
    throw new UnsupportedOperationException();
  }

  /** Waits until caught up; false when that took longer. */
  public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
