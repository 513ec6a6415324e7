package dev.gantry.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages in order, as often as it takes: only a message that no broker would ever take is
 * given up. Anything else, such as a broker that is away or refuses the certificate, is waited for.
 * A message may arrive twice, never behind one that was given later. For one thread.
 */
final class OrderedPublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OrderedPublisher.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Takes a message that the broker will never take. */
  @FunctionalInterface
  interface Refused {
    void message(Message message, Throwable reason) throws InterruptedException;
  }

  private final KafkaClients kafka;
  private final String purpose;
  private @Nullable Producer<String, byte[]> producer;
  private boolean failing;

  OrderedPublisher(KafkaClients kafka, String purpose) {
    this.kafka = kafka;
    this.purpose = purpose;
  }

  /** Returns when the broker has every message, or {@code refused} does. */
  void publish(List<Message> messages, Refused refused) throws InterruptedException {
    int done = 0;
    while (done < messages.size()) {
      done += attempt(messages.subList(done, messages.size()), refused);
    }
  }

  /** Answers how many, from the first on, are done with. */
  private int attempt(List<Message> messages, Refused refused) throws InterruptedException {
    List<Future<RecordMetadata>> sent = send(messages);
    for (int i = 0; i < sent.size(); i++) {
      try {
        var unused = sent.get(i).get();
        failing = false;
      } catch (ExecutionException e) {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        if (!isMessagesOwn(reason)) {
          waitAfter(reason);
          return i;
        }
        refused.message(messages.get(i), reason);
      }
    }
    return sent.size();
  }

  /** Sends until one fails at once: those behind it must not overtake it. */
  private List<Future<RecordMetadata>> send(List<Message> messages) throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Message message : messages) {
      Future<RecordMetadata> future = send(message);
      sent.add(future);
      if (future.state() == Future.State.FAILED) {
        break;
      }
    }
    return sent;
  }

  private Future<RecordMetadata> send(Message message) throws InterruptedException {
    try {
      Producer<String, byte[]> open = producer;
      if (open == null) {
        open = kafka.producer(purpose);
        producer = open;
      }
      return open.send(message.toProducerRecord());
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static boolean isMessagesOwn(Throwable reason) {
    return reason instanceof RecordTooLargeException
        || reason instanceof RecordBatchTooLargeException
        || reason instanceof InvalidRecordException
        || reason instanceof InvalidTimestampException
        || reason instanceof SerializationException;
  }

  /** A producer that failed may be unusable, and what it still holds must not come later. */
  private void waitAfter(Throwable reason) throws InterruptedException {
    if (!failing) {
      log.warn("{} waits for the broker and tries again: {}", purpose, reason.toString());
      failing = true;
    }
    close();
    Thread.sleep(PAUSE);
  }

  /** Returns at once; what the broker has not acknowledged is the caller's to send again. */
  @Override
  public void close() {
    Producer<String, byte[]> open = producer;
    producer = null;
    if (open != null) {
      try {
        open.close(Duration.ZERO);
      } catch (InterruptException _) {
        // Closed all the same, and the thread's interrupt is set again.
      }
    }
  }
}
