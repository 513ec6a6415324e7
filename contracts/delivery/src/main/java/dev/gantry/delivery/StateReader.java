package dev.gantry.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a read model from topics, without a group: every instance reads everything. Compacted
 * topics are read from the beginning; {@link #caughtUp} tells when all that stood there at the
 * start has been delivered. Goes on through the broker's absence; a record may come again, so
 * listeners compare versions.
 */
public final class StateReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StateReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  /**
   * Called on the reader's one thread, in order per key. What it throws is logged and passed over.
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

  private final String purpose;
  private final List<String> topics;
  private final From from;
  private final KafkaClients kafka;
  private final Listener listener;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile @Nullable Consumer<String, byte[]> consumer;
  private volatile boolean closed;
  private @Nullable Thread thread;

  /** Reads from the beginning. */
  public StateReader(
      String purpose, Collection<String> topics, KafkaClients kafka, Listener listener) {
    this(purpose, topics, new From.Beginning(), kafka, listener);
  }

  public StateReader(
      String purpose, Collection<String> topics, From from, KafkaClients kafka, Listener listener) {
    this.purpose = purpose;
    this.topics = List.copyOf(topics);
    this.from = from;
    this.kafka = kafka;
    this.listener = listener;
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("reader-" + purpose).start(this::loop);
  }

  private void loop() {
    try (Consumer<String, byte[]> reader = kafka.reader(purpose)) {
      consumer = reader;
      List<TopicPartition> partitions = partitions(reader);
      reader.assign(partitions);
      Map<TopicPartition, Long> ends = begin(reader, partitions);
      read(reader, ends);
    } catch (WakeupException | InterruptedException _) {
      // Closed.
    } catch (RuntimeException e) {
      log.error("reader {} ended", purpose, e);
    }
  }

  /** The partitions of all topics; waits until there is a broker that has them. */
  private List<TopicPartition> partitions(Consumer<String, byte[]> reader)
      throws InterruptedException {
    while (true) {
      List<TopicPartition> all = new ArrayList<>();
      boolean complete = true;
      for (String topic : topics) {
        List<PartitionInfo> infos = partitions(reader, topic);
        complete &= !infos.isEmpty();
        infos.forEach(info -> all.add(new TopicPartition(topic, info.partition())));
      }
      if (complete) {
        return all;
      }
      Thread.sleep(100);
    }
  }

  private List<PartitionInfo> partitions(Consumer<String, byte[]> reader, String topic) {
    try {
      List<PartitionInfo> infos = reader.partitionsFor(topic, POLL);
      return infos == null ? List.of() : infos;
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      log.debug("reader {} waits for topic {}: {}", purpose, topic, e.getMessage());
      return List.of();
    }
  }

  /** Seeks to where reading begins; answers where the topics end now. */
  private Map<TopicPartition, Long> begin(
      Consumer<String, byte[]> reader, List<TopicPartition> partitions)
      throws InterruptedException {
    while (true) {
      try {
        Map<TopicPartition, Long> ends = new HashMap<>(reader.endOffsets(partitions));
        switch (from) {
          case From.Beginning() -> reader.seekToBeginning(partitions);
          case From.End() -> ends.forEach(reader::seek);
          case From.Time(var instant) -> {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, instant.toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> found = reader.offsetsForTimes(times);
            for (TopicPartition partition : partitions) {
              OffsetAndTimestamp at = found.get(partition);
              reader.seek(partition, at == null ? ends.getOrDefault(partition, 0L) : at.offset());
            }
          }
        }
        return ends;
      } catch (WakeupException e) {
        throw e;
      } catch (KafkaException e) {
        log.debug("reader {} waits for the broker: {}", purpose, e.getMessage());
        Thread.sleep(200);
      }
    }
  }

  private void read(Consumer<String, byte[]> reader, Map<TopicPartition, Long> ends)
      throws InterruptedException {
    while (!closed) {
      try {
        if (caughtUp.getCount() > 0) {
          ends.entrySet().removeIf(end -> isReached(reader, end));
          if (ends.isEmpty()) {
            listener.caughtUp();
            caughtUp.countDown();
          }
        }
        for (ConsumerRecord<String, byte[]> record :
            reader.poll(ends.isEmpty() ? POLL : Duration.ofMillis(100))) {
          deliver(record);
        }
      } catch (WakeupException e) {
        throw e;
      } catch (KafkaException e) {
        log.warn("reader {} goes on after: {}", purpose, e.getMessage());
        Thread.sleep(200);
      } catch (RuntimeException e) {
        log.error("reader {} goes on", purpose, e);
        Thread.sleep(200);
      }
    }
  }

  private boolean isReached(Consumer<String, byte[]> reader, Map.Entry<TopicPartition, Long> end) {
    try {
      return reader.position(end.getKey(), POLL) >= end.getValue();
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException _) {
      return false;
    }
  }

  private void deliver(ConsumerRecord<String, byte[]> record) {
    try {
      if (record.value() == null) {
        listener.tombstone(record);
      } else {
        listener.value(record);
      }
    } catch (RuntimeException e) {
      log.error(
          "reader {} passes over {}-{}@{}",
          purpose,
          record.topic(),
          record.partition(),
          record.offset(),
          e);
    }
  }

  public boolean caughtUp() {
    return caughtUp.getCount() == 0;
  }

  /** Waits until caught up; false when that took longer. */
  public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
    return caughtUp.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed = true;
    Consumer<String, byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    Thread running = thread;
    if (running != null && running != Thread.currentThread()) {
      try {
        if (!running.join(Duration.ofSeconds(5))) {
          running.interrupt();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
