package dev.gantry.delivery;

import dev.gantry.events.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where messages go that can never be handled: {@code gantry.dead-letters}, with the reason and
 * where they came from in headers. A call returns only when the broker has it, so that a partition
 * may go on without losing anything.
 */
public final class DeadLetter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadLetter.class);
  private static final int MAX_REASON = 1000;

  private final String consumer;
  private final AtomicLong count = new AtomicLong();
  private final OrderedPublisher publisher;

  /**
   * @param consumer who gives up on the messages, as {@code log-service}
   */
  public DeadLetter(KafkaClients kafka, String consumer) {
    this.consumer = consumer;
    this.publisher = new OrderedPublisher(kafka, "dead-letter");
  }

  /** Waits while the broker is away. */
  public void bury(ConsumerRecord<String, byte[]> poison, Throwable reason)
      throws InterruptedException {
    String from = poison.topic() + "-" + poison.partition() + "@" + poison.offset();
    bury(Message.of(poison), from, reason);
  }

  /** The same for a message that the broker refuses for good. */
  public void bury(Message poison, Throwable reason) throws InterruptedException {
    bury(poison, poison.topic(), reason);
  }

  private void bury(Message poison, String from, Throwable reason) throws InterruptedException {
    String text = String.valueOf(reason);
    Map<String, String> headers = new LinkedHashMap<>(poison.headers());
    headers.put("dead-letter-from", from);
    headers.put("dead-letter-consumer", consumer);
    headers.put(
        "dead-letter-reason", text.length() > MAX_REASON ? text.substring(0, MAX_REASON) : text);
    log.error("{} gives up on a message of {}: {}", consumer, from, text);
    Message letter =
        new Message(Topics.DEAD_LETTERS.topic(), poison.key(), headers, poison.value());
    send(letter, from);
    count.incrementAndGet();
  }

  private synchronized void send(Message letter, String from) throws InterruptedException {
    publisher.publish(
        List.of(letter),
        (refused, why) -> {
          byte[] value = refused.value();
          if (value == null || value.length == 0) {
            throw new IllegalStateException("cannot bury a message of " + from, why);
          }
          // Its headers made it too large: where it came from and why is still worth keeping.
          log.error("{} buries a message of {} without its value: {}", consumer, from, why);
          send(new Message(refused.topic(), refused.key(), refused.headers(), new byte[0]), from);
        });
  }

  /** Messages buried since start. */
  public long count() {
    return count.get();
  }

  @Override
  public synchronized void close() {
    publisher.close();
  }
}
