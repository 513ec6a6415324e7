package dev.gantry.log.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.EventCodec;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Containers.Description;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Learns the containers' names and when they were removed, from their states. */
public final class StateIngest implements IdempotentConsumer.Effect {

  /** What is used of a {@link ContainerSnapshot}: to decode all of it would be most of the work. */
  private record Word(
      ContainerId id, TeamId team, NodeId node, String nodeName, long version, Inspect inspect) {}

  private record Inspect(
      @JsonProperty("Name") @Nullable String name,
      @JsonProperty("Config") @Nullable Config config) {}

  private record Config(@JsonProperty("Image") @Nullable String image) {}

  @Override
  public void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records) {
    // In the order of ids, as whoever locks several containers does.
    Map<String, List<ConsumerRecord<String, byte[]>>> byContainer = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      byContainer.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record);
    }
    List<Description> states = new ArrayList<>();
    byContainer.forEach(
        (id, words) -> {
          lastState(words).ifPresent(states::add);
          removedAt(words)
              .ifPresent(
                  at -> {
                    // Not behind all states, which would be back to an earlier id.
                    Containers.describe(transaction, states);
                    states.clear();
                    Containers.removed(transaction, id, at);
                  });
        });
    Containers.describe(transaction, states);
  }

  private static Optional<Description> lastState(List<ConsumerRecord<String, byte[]>> words) {
    return words.reversed().stream()
        .filter(word -> word.value() != null)
        .findFirst()
        .map(StateIngest::description);
  }

  /** Nothing comes after a tombstone. */
  private static Optional<Instant> removedAt(List<ConsumerRecord<String, byte[]>> words) {
    return words.stream()
        .filter(word -> word.value() == null)
        .findFirst()
        .map(tombstone -> Instant.ofEpochMilli(tombstone.timestamp()));
  }

  private static @Nullable Description description(ConsumerRecord<String, byte[]> record) {
    Word word = EventCodec.fromRecord(record, Word.class).data();
    if (word == null) {
      return null;
    }
    Config config = word.inspect().config();
    return new Description(
        word.id(),
        word.team(),
        word.node().value(),
        word.nodeName(),
        word.version(),
        name(word.inspect().name()),
        config == null ? null : config.image(),
        Instant.ofEpochMilli(record.timestamp()));
  }

  private static @Nullable String name(@Nullable String name) {
    return name != null && name.startsWith("/") ? name.substring(1) : name;
  }
}
