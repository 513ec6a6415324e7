package dev.gantry.log.ingest;

import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.EventCodec;
import dev.gantry.log.index.Containers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Learns the containers' names and when they were removed, from their states. */
public final class StateIngest implements IdempotentConsumer.Effect {

  @Override
  public void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records) {
    // In the order of ids, as whoever locks several containers does.
    Map<String, List<ConsumerRecord<String, byte[]>>> byContainer = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      byContainer.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record);
    }
    byContainer.forEach((id, words) -> apply(transaction, id, words));
  }

  /** The last state, then the removal if there was one: nothing comes after that. */
  private static void apply(
      DSLContext transaction, String id, List<ConsumerRecord<String, byte[]>> words) {
    words.reversed().stream()
        .filter(word -> word.value() != null)
        .findFirst()
        .ifPresent(state -> describe(transaction, state));
    words.stream()
        .filter(word -> word.value() == null)
        .findFirst()
        .ifPresent(
            tombstone ->
                Containers.removed(transaction, id, Instant.ofEpochMilli(tombstone.timestamp())));
  }

  private static void describe(DSLContext transaction, ConsumerRecord<String, byte[]> record) {
    ContainerSnapshot snapshot = EventCodec.fromRecord(record, ContainerSnapshot.class).data();
    if (snapshot == null) {
      return;
    }
    Instant at = Instant.ofEpochMilli(record.timestamp());
    var unused =
        Containers.lock(transaction, snapshot.id(), snapshot.team(), snapshot.node().value(), at);
    Containers.describe(
        transaction,
        snapshot.id(),
        snapshot.version(),
        name(snapshot.inspect().name()),
        snapshot.inspect().config() == null ? null : snapshot.inspect().config().image(),
        snapshot.nodeName());
  }

  private static @Nullable String name(@Nullable String name) {
    return name != null && name.startsWith("/") ? name.substring(1) : name;
  }
}
