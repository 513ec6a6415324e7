package dev.gantry.gateway.engine.events;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** What happened before now, from the topics' retention. */
final class EventHistory {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Records carry the time of their event, or a little later; reading begins that much before. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final KafkaClients kafka;

  EventHistory(KafkaClients kafka) {
    this.kafka = kafka;
  }

  /**
   * The past.
   *
   * @param events in order of time
   * @param ends the first offset of each partition that is not in it
   */
  record Past(List<Seen> events, Map<TopicPartition, Long> ends) {}

  /** Everything since a time that is wanted. */
  Past since(Instant since, Predicate<Seen> wanted) {
    try (Consumer<String, byte[]> consumer = kafka.reader("event-history")) {
      List<TopicPartition> partitions = partitions(consumer);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
      Set<TopicPartition> unread = seek(consumer, partitions, since, ends);
      List<Seen> events = new ArrayList<>();
      Instant deadline = Instant.now().plus(PATIENCE.multipliedBy(3));
      while (!unread.isEmpty()) {
        if (Instant.now().isAfter(deadline)) {
          throw away(null);
        }
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.getOrDefault(partition, 0L)) {
            EventHub.seen(record).filter(wanted).ifPresent(events::add);
          }
        }
        unread.removeIf(
            partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
      }
      events.sort(Comparator.comparingLong(seen -> seen.event().timeNano()));
      return new Past(withoutRepeats(events), ends);
    } catch (KafkaException e) {
      throw away(e);
    }
  }

  private static List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : EventHub.TOPICS) {
      for (PartitionInfo info : consumer.partitionsFor(topic, PATIENCE)) {
        partitions.add(new TopicPartition(topic, info.partition()));
      }
    }
    return partitions;
  }

  /** Goes to where the time begins; the partitions that have something to read. */
  private static Set<TopicPartition> seek(
      Consumer<String, byte[]> consumer,
      List<TopicPartition> partitions,
      Instant since,
      Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> times = new HashMap<>();
    long from = Math.max(0, since.minus(SLACK).toEpochMilli());
    partitions.forEach(partition -> times.put(partition, from));
    Map<TopicPartition, OffsetAndTimestamp> offsets = consumer.offsetsForTimes(times, PATIENCE);
    Map<TopicPartition, Long> unread = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> {
          if (offset != null && offset.offset() < ends.getOrDefault(partition, 0L)) {
            unread.put(partition, offset.offset());
          }
        });
    consumer.assign(unread.keySet());
    unread.forEach(consumer::seek);
    return new HashSet<>(unread.keySet());
  }

  private static List<Seen> withoutRepeats(List<Seen> events) {
    Set<String> ids = new HashSet<>();
    return events.stream().filter(seen -> ids.add(seen.eventId())).toList();
  }

  private static ServiceException away(@org.jspecify.annotations.Nullable KafkaException cause) {
    return new ServiceException(
        ErrorCode.UNAVAILABLE, "Kafka is not reachable; past events can't be read now", cause);
  }
}
