package dev.gantry.delivery;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that carries an {@link EventJournal} to Kafka, in order, however long the broker is
 * away.
 */
public final class JournalRelay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JournalRelay.class);
  private static final int BATCH = 500;
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final EventJournal journal;
  private final KafkaClients kafka;
  private final DeadLetter deadLetter;
  private final Duration gather;
  private @Nullable Thread thread;
  private volatile boolean closed;

  /**
   * @param gather how long the first fact after a rest waits for others to go with it: each that
   *     goes alone costs the broker and all of its readers a round
   */
  public JournalRelay(
      EventJournal journal, KafkaClients kafka, DeadLetter deadLetter, Duration gather) {
    this.gather = gather;
    this.journal = journal;
    this.kafka = kafka;
    this.deadLetter = deadLetter;
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("journal-relay").start(this::loop);
  }

  private void loop() {
    try (OrderedPublisher publisher = new OrderedPublisher(kafka, "journal")) {
      while (!closed) {
        try {
          EventJournal.Batch batch = journal.next(BATCH, WAIT, gather);
          publisher.publish(batch.messages(), deadLetter::bury);
          journal.acknowledge(batch);
        } catch (IOException e) {
          log.warn("the journal's disk fails; tried again in {}", WAIT, e);
          Thread.sleep(WAIT);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closed) {
        log.error("cannot relay the journal; facts stay on disk until the next start", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
