package dev.gantry.delivery;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way to Kafka, already encoded. The key decides order: messages of one topic and
 * one key arrive in the order in which they were appended. A {@code null} value is a tombstone of a
 * compacted topic.
 *
 * @param headers text headers in order (CloudEvents attributes in binary mode)
 */
public record Message(
    String topic, String key, Map<String, String> headers, byte @Nullable [] value) {

  /** Takes over what an encoder made for Kafka (the event envelope's codec). */
  public static Message of(ProducerRecord<String, byte[]> encoded) {
    return new Message(encoded.topic(), encoded.key(), text(encoded.headers()), encoded.value());
  }

  /** The same for a record that was read from Kafka. */
  public static Message of(ConsumerRecord<String, byte[]> read) {
    return new Message(read.topic(), read.key(), text(read.headers()), read.value());
  }

  /** What the Kafka client sends. */
  public ProducerRecord<String, byte[]> toProducerRecord() {
    ProducerRecord<String, byte[]> out = new ProducerRecord<>(topic, key, value);
    headers.forEach((name, text) -> out.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return out;
  }

  private static Map<String, String> text(Headers headers) {
    Map<String, String> out = new LinkedHashMap<>();
    for (Header header : headers) {
      if (header.value() != null) {
        out.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return out;
  }
}
