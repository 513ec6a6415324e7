package dev.gantry.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events on Kafka in the binary mode of the CloudEvents Kafka protocol binding 1.0: attributes are
 * headers {@code ce_…}, the record alone is the value, and an event without data is a tombstone.
 */
public final class EventCodec {
  private static final String CONTENT_TYPE = "content-type";

  /** Reads and writes the values; fields that a newer writer added are passed over. */
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private EventCodec() {}

  public static ProducerRecord<String, byte[]> toRecord(Topics topic, Event<?> event) {
    byte[] value = event.data() == null ? null : JSON.writeValueAsBytes(event.data());
    var record = new ProducerRecord<String, byte[]>(topic.topic(), event.subject(), value);
    Headers headers = record.headers();
    put(headers, "ce_specversion", "1.0");
    put(headers, "ce_id", event.id());
    put(headers, "ce_source", event.source());
    put(headers, "ce_type", event.type());
    put(headers, "ce_subject", event.subject());
    put(headers, "ce_time", event.time().toString());
    put(headers, "ce_team", event.team());
    put(headers, "ce_traceparent", event.traceparent());
    if (event.traceparent() != null) {
      put(headers, "traceparent", event.traceparent());
    }
    put(headers, CONTENT_TYPE, "application/json");
    return record;
  }

  /**
   * Reads a record back.
   *
   * @throws MalformedEventException where a required attribute is missing or the value is not a
   *     {@code type}
   */
  public static <T> Event<T> fromRecord(ConsumerRecord<String, byte[]> record, Class<T> type) {
    Headers headers = record.headers();
    try {
      byte @Nullable [] value = record.value();
      return new Event<>(
          required(headers, "ce_id"),
          required(headers, "ce_source"),
          required(headers, "ce_type"),
          required(headers, "ce_subject"),
          Instant.parse(required(headers, "ce_time")),
          attribute(headers, "ce_team"),
          attribute(headers, "ce_traceparent"),
          value == null ? null : JSON.readValue(value, type));
    } catch (JacksonException | DateTimeParseException e) {
      throw new MalformedEventException(
          "cannot read event at %s-%d@%d: %s"
              .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()),
          e);
    }
  }

  /** The value of a {@code ce_…} header, or null. */
  public static @Nullable String attribute(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  private static String required(Headers headers, String name) {
    String value = attribute(headers, name);
    if (value == null) {
      throw new MalformedEventException("an event has no header " + name, null);
    }
    return value;
  }

  private static void put(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value.getBytes(UTF_8));
    }
  }
}
