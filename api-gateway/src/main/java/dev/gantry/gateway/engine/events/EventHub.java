package dev.gantry.gateway.engine.events;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.StateReader;
import dev.gantry.engine.EngineEvent;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.core.JacksonException;

/** Reads what happens once, for however many listen, and passes over what is repeated. */
public final class EventHub implements AutoCloseable {
  static final List<String> TOPICS =
      List.of(
          Topics.CONTAINER_EVENTS.topic(),
          Topics.IMAGE_EVENTS.topic(),
          Topics.VOLUME_EVENTS.topic(),
          Topics.NETWORK_EVENTS.topic());

  private static final int REMEMBERED = 4096;

  /** Of events, by their ids; used by the reader's thread alone. */
  private final Set<String> recent =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  private final Set<Consumer<Seen>> listeners = ConcurrentHashMap.newKeySet();
  private final StateReader reader;

  public EventHub(KafkaClients kafka) {
    this.reader =
        new StateReader(
            "events",
            TOPICS,
            new StateReader.From.End(),
            kafka,
            new StateReader.Listener() {
              @Override
              public void value(ConsumerRecord<String, byte[]> record) {
                seen(record)
                    .filter(seen -> recent.add(seen.eventId()))
                    .ifPresent(seen -> listeners.forEach(each -> each.accept(seen)));
              }

              @Override
              public void tombstone(ConsumerRecord<String, byte[]> record) {
                // Topics of happenings have none.
              }
            });
  }

  public void start() {
    reader.start();
  }

  /** Listens from now on until the result is closed. */
  Listening listen(Consumer<Seen> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** A listener that can leave. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** The event of a record; empty where it is none, or nobody's. */
  static Optional<Seen> seen(ConsumerRecord<String, byte[]> record) {
    String team = EventCodec.attribute(record.headers(), "ce_team");
    if (team == null || record.value() == null) {
      return Optional.empty();
    }
    try {
      String id = EventCodec.attribute(record.headers(), "ce_id");
      return Optional.of(
          Seen.of(
              new TopicPartition(record.topic(), record.partition()),
              record.offset(),
              team,
              String.valueOf(id),
              EventCodec.JSON.readValue(record.value(), EngineEvent.class)));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
