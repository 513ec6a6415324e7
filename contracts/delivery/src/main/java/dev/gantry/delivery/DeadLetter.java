package dev.gantry.delivery;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where messages go that can never be handled: {@code gantry.dead-letters}, with the reason and
 * where they came from in headers. A call returns only when the broker has it, so that a partition
 * may go on without losing anything.
 */
public final class DeadLetter implements AutoCloseable {

  /**
   * @param consumer who gives up on the messages, as {@code log-service}
   */
  public DeadLetter(KafkaClients kafka, String consumer) {
    throw new UnsupportedOperationException();
  }

  /** Waits while the broker is away. */
  public void bury(ConsumerRecord<String, byte[]> poison, Throwable reason)
      throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** The same for a message that the broker refuses for good. */
  public void bury(Message poison, Throwable reason) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Messages buried since start. */
  public long count() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
