package dev.gantry.log.ingest;

import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.events.LogBatch;
import dev.gantry.events.LogBatchCodec;
import dev.gantry.log.chunk.BlockWriter;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Gap;
import dev.gantry.log.index.Known;
import dev.gantry.log.index.Sealing;
import dev.gantry.services.FaultPoints;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;

/**
 * Takes batches of output in: all of a poll in one transaction with the partition's offset, so that
 * each line is there once, whatever is killed when. Batches of one container are put together.
 */
public final class OutputIngest implements IdempotentConsumer.Effect {
  /** After the files were written, before the transaction commits. */
  public static final String AFTER_STORE = "ingest.afterStore";

  /** Before anything of a poll is stored. */
  public static final String BEFORE_STORE = "ingest.beforeStore";

  /** Every name that {@code gantry.log.fault-points} may have. */
  public static final Set<String> FAULT_POINTS = Set.of(BEFORE_STORE, AFTER_STORE);

  private final Sealing sealing;
  private final InstantSource clock;
  private final FaultPoints faults;
  private final Counter lines;
  private final Counter repeated;
  private final Counter gaps;

  public OutputIngest(
      Sealing sealing, InstantSource clock, FaultPoints faults, MeterRegistry meters) {
    this.sealing = sealing;
    this.clock = clock;
    this.faults = faults;
    this.lines = meters.counter("gantry.log.lines");
    this.repeated = meters.counter("gantry.log.batches.repeated");
    this.gaps = meters.counter("gantry.log.gaps");
  }

  @Override
  public void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records)
      throws IOException {
    // In the order of ids, as whoever locks several containers does.
    Map<String, List<LogBatch>> byContainer = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      byte[] value = record.value();
      if (value == null) {
        throw new IllegalArgumentException("a batch without a value");
      }
      LogBatch batch = LogBatchCodec.decode(value);
      byContainer.computeIfAbsent(batch.container().value(), _ -> new ArrayList<>()).add(batch);
    }
    faults.pass(BEFORE_STORE);
    for (List<LogBatch> batches : byContainer.values()) {
      store(transaction, batches);
    }
    faults.pass(AFTER_STORE);
  }

  private void store(DSLContext transaction, List<LogBatch> batches) throws IOException {
    LogBatch any = batches.getFirst();
    Instant now = clock.instant();
    Known container =
        Containers.lock(transaction, any.container(), any.team(), any.node().value(), now);
    Map<String, Long> offsets = new LinkedHashMap<>();
    BlockWriter fresh = new BlockWriter();
    boolean ended = container.ended();
    String node = container.node();
    for (LogBatch batch : batches) {
      if (!batch.team().equals(any.team())) {
        throw new IllegalArgumentException("batches of two teams for " + batch.container());
      }
      node = batch.node().value();
      long have =
          offsets.computeIfAbsent(
              node, source -> Containers.offset(transaction, any.container(), source));
      Arrival arrival = Arrival.of(batch, have);
      long nextLine = container.nextLine() + fresh.lines();
      arrival
          .missing()
          .ifPresent(
              missing -> {
                Gap gap = new Gap(nextLine, missing.from(), missing.to());
                Containers.gap(transaction, any.container(), gap, now);
                gaps.increment();
              });
      if (arrival.entries().size() < batch.entries().size()) {
        repeated.increment();
      }
      for (LogBatch.Entry entry : arrival.entries()) {
        fresh.add(entry.stream(), entry.partial(), entry.timeNanos(), entry.bytes());
      }
      offsets.put(node, arrival.have());
      ended = batch.last() || (ended && arrival.entries().isEmpty());
    }
    if (fresh.lines() > 0) {
      sealing.store(transaction, container, container.nextLine(), fresh, now);
    }
    offsets.forEach(
        (source, have) -> Containers.advance(transaction, any.container(), source, have));
    long nextLine = container.nextLine() + fresh.lines();
    Containers.grow(transaction, any.container(), node, nextLine, ended, now);
    lines.increment(fresh.lines());
  }
}
