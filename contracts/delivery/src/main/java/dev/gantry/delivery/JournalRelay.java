package dev.gantry.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
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
  private @Nullable Thread thread;
  private volatile boolean closed;

  public JournalRelay(EventJournal journal, KafkaClients kafka, DeadLetter deadLetter) {
    this.journal = journal;
    this.kafka = kafka;
    this.deadLetter = deadLetter;
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("journal-relay").start(this::loop);
  }

  private void loop() {
    try (Producer<String, byte[]> producer = kafka.producer("journal")) {
      while (!closed) {
        EventJournal.Batch batch = journal.next(BATCH, WAIT);
        Publisher.publish(producer, batch.messages(), deadLetter);
        journal.acknowledge(batch.last());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.error("cannot read the journal; facts stay on disk until the next start", e);
    } catch (RuntimeException e) {
      if (!closed) {
        log.error("cannot relay the journal; facts stay on disk until the next start", e);
      }
    }
  }

  /** Sends in order and waits until the broker has all of it. */
  static final class Publisher {
    private Publisher() {}

    static void publish(
        Producer<String, byte[]> producer, List<Message> messages, DeadLetter deadLetter)
        throws InterruptedException {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Message message : messages) {
        sent.add(producer.send(message.toProducerRecord()));
      }
      for (int i = 0; i < sent.size(); i++) {
        try {
          sent.get(i).get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RetriableException) {
            retry(producer, messages.get(i));
          } else {
            Throwable cause = e.getCause();
            deadLetter.bury(messages.get(i), cause == null ? e : cause);
          }
        }
      }
    }

    private static void retry(Producer<String, byte[]> producer, Message message)
        throws InterruptedException {
      while (true) {
        try {
          producer.send(message.toProducerRecord()).get();
          return;
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof RetriableException)) {
            throw new IllegalStateException("cannot publish to " + message.topic(), e.getCause());
          }
          Thread.sleep(200);
        }
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
