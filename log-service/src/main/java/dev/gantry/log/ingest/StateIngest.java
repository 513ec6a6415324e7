package dev.gantry.log.ingest;

import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.EventCodec;
import dev.gantry.log.index.Containers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Learns the containers' names and when they were removed, from their states. */
public final class StateIngest implements IdempotentConsumer.Effect {

  @Override
  public void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records) {
    Map<String, ConsumerRecord<String, byte[]>> last = new LinkedHashMap<>();
    Map<String, ConsumerRecord<String, byte[]>> tombstones = new LinkedHashMap<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      (record.value() == null ? tombstones : last).put(record.key(), record);
    }
    last.values().forEach(record -> describe(transaction, record));
    tombstones.forEach(
        (id, record) ->
            Containers.removed(transaction, id, Instant.ofEpochMilli(record.timestamp())));
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
