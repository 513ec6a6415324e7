package dev.gantry.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What a topic of one partition has. */
final class TopicContent {
  private TopicContent() {}

  /** The values from the beginning up to the end now, as text. */
  static List<String> texts(KafkaClients kafka, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    List<String> found = new ArrayList<>();
    try (Consumer<String, byte[]> reader = kafka.reader("check")) {
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (reader.position(partition) < end) {
        reader
            .poll(Duration.ofMillis(100))
            .forEach(record -> found.add(new String(record.value(), UTF_8)));
      }
    }
    return found;
  }
}
