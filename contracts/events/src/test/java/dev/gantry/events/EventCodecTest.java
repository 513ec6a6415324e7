package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.EngineEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventCodecTest {
  private static final Event<EngineEvent> STARTED =
      new Event<>(
          "7",
          "/runtime-node/0123456789abcdef",
          "dev.gantry.container.started.v1",
          "c0ffee",
          Instant.parse("2026-01-02T03:04:05.000000006Z"),
          "shop",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          EngineEvent.of("container", "start", "c0ffee", Map.of("name", "web"), 1_000_000_007L));

  @Test
  void readsWhatItWrote() {
    var read =
        EventCodec.fromRecord(
            asConsumed(EventCodec.toRecord(Topics.CONTAINER_EVENTS, STARTED)), EngineEvent.class);
    assertThat(read).isEqualTo(STARTED);
  }

  @Test
  void writesAnEventWithoutDataAsATombstone() {
    var removed =
        new Event<EngineEvent>(
            "8", "/n", "dev.gantry.container.state.v1", "c0ffee", Instant.EPOCH, null, null, null);
    ProducerRecord<String, byte[]> record = EventCodec.toRecord(Topics.CONTAINER_STATE, removed);
    assertThat(record.value()).isNull();
    assertThat(record.key()).isEqualTo("c0ffee");
    assertThat(EventCodec.fromRecord(asConsumed(record), EngineEvent.class)).isEqualTo(removed);
  }

  @Test
  void refusesARecordThatIsNoEvent() {
    var bare = new ConsumerRecord<>("t", 0, 0, "k", new byte[] {'{', '}'});
    assertThatThrownBy(() -> EventCodec.fromRecord(bare, EngineEvent.class))
        .isInstanceOf(MalformedEventException.class)
        .hasMessageContaining("ce_id");
    var garbled = EventCodec.toRecord(Topics.CONTAINER_EVENTS, STARTED);
    var broken =
        new ConsumerRecord<String, byte[]>(
            "t",
            0,
            0,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            "k",
            new byte[] {'{'},
            garbled.headers(),
            Optional.empty());
    assertThatThrownBy(() -> EventCodec.fromRecord(broken, EngineEvent.class))
        .isInstanceOf(MalformedEventException.class);
  }

  private static ConsumerRecord<String, byte[]> asConsumed(ProducerRecord<String, byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        0,
        0,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        record.value(),
        new RecordHeaders(record.headers()),
        Optional.empty());
  }
}
