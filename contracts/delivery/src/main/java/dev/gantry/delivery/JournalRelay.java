package dev.gantry.delivery;

/**
 * The thread that carries an {@link EventJournal} to Kafka, in order, however long the broker is
 * away.
 */
public final class JournalRelay implements AutoCloseable {

  public JournalRelay(EventJournal journal, KafkaClients kafka, DeadLetter deadLetter) {
    throw new UnsupportedOperationException();
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {}

  @Override
  public void close() {}
}
