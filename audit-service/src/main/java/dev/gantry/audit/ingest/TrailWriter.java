package dev.gantry.audit.ingest;

import static dev.gantry.audit.db.Tables.AUDIT_RECORD;

import dev.gantry.audit.trail.Chain;
import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.events.AuditCall;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.MalformedEventException;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Appends calls to the trail, each once by its event's id, with its place in the chain. */
public final class TrailWriter implements IdempotentConsumer.Effect {
  private final Runnable appended;

  /**
   * @param appended called after records were written, not yet committed
   */
  public TrailWriter(Runnable appended) {
    this.appended = appended;
  }

  private record Head(long sequence, String hash) {}

  @Override
  public void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records) {
    // Records of one team are written one after the other, whichever instance has the partition.
    transaction.execute("SELECT pg_advisory_xact_lock(727002)");
    List<Event<AuditCall>> events = records.stream().map(TrailWriter::event).toList();
    Set<String> known = known(transaction, events);
    Map<String, Head> heads = new HashMap<>();
    var rows = transaction.batch(insert(transaction));
    for (Event<AuditCall> event : events) {
      if (known.add(event.id())) {
        rows = rows.bind(next(transaction, heads, event));
      }
    }
    if (heads.isEmpty()) {
      return;
    }
    int[] _ = rows.execute();
    heads.forEach((team, head) -> appendHead(transaction, team, head));
    appended.run();
  }

  private static Event<AuditCall> event(ConsumerRecord<String, byte[]> record) {
    Event<AuditCall> event = EventCodec.fromRecord(record, AuditCall.class);
    if (event.data() == null) {
      throw new MalformedEventException("an audit event has no call", null);
    }
    return event;
  }

  /** Which of the events are in the trail already. */
  private static Set<String> known(DSLContext transaction, List<Event<AuditCall>> events) {
    String[] ids = events.stream().map(Event::id).toArray(String[]::new);
    return new HashSet<>(
        transaction
            .select(AUDIT_RECORD.EVENT_ID)
            .from(AUDIT_RECORD)
            .where(AUDIT_RECORD.EVENT_ID.eq(DSL.any(ids)))
            .fetch(AUDIT_RECORD.EVENT_ID));
  }

  private static Query insert(DSLContext transaction) {
    return transaction
        .insertInto(
            AUDIT_RECORD,
            AUDIT_RECORD.TEAM,
            AUDIT_RECORD.SEQUENCE,
            AUDIT_RECORD.EVENT_ID,
            AUDIT_RECORD.AT,
            AUDIT_RECORD.ACTOR,
            AUDIT_RECORD.VERB,
            AUDIT_RECORD.OBJECT,
            AUDIT_RECORD.OUTCOME,
            AUDIT_RECORD.CONTENT,
            AUDIT_RECORD.PREVIOUS,
            AUDIT_RECORD.HASH)
        .values((String) null, null, null, null, null, null, null, null, null, null, null);
  }

  /** The row of a call, whose team's chain it continues. */
  private static @Nullable Object[] next(
      DSLContext transaction, Map<String, Head> heads, Event<AuditCall> event) {
    AuditCall call = Objects.requireNonNull(event.data());
    Head head = heads.computeIfAbsent(call.team(), team -> head(transaction, team));
    long sequence = head.sequence() + 1;
    String content = EventCodec.JSON.writeValueAsString(call);
    String hash = Chain.next(head.hash(), call.team(), sequence, content);
    heads.put(call.team(), new Head(sequence, hash));
    return new @Nullable Object[] {
      call.team(),
      sequence,
      event.id(),
      call.time().atOffset(ZoneOffset.UTC),
      call.user(),
      call.verb(),
      call.object(),
      call.outcome(),
      content,
      head.hash(),
      hash
    };
  }

  private static Head head(DSLContext transaction, String team) {
    Record last =
        transaction.fetchOne(
            "SELECT sequence, hash FROM audit.audit_record WHERE team = ? ORDER BY sequence DESC"
                + " LIMIT 1",
            team);
    return last == null
        ? new Head(0, Chain.START)
        : new Head(last.get(0, Long.class), last.get(1, String.class));
  }

  private static void appendHead(DSLContext transaction, String team, Head head) {
    Record last =
        transaction.fetchOne(
            "SELECT number, hash FROM audit.audit_head ORDER BY number DESC LIMIT 1");
    long number = last == null ? 1 : last.get(0, Long.class) + 1;
    String previous = last == null ? Chain.START : last.get(1, String.class);
    String hash = Chain.next(previous, team, head.sequence(), head.hash());
    int _ =
        transaction.execute(
            "INSERT INTO audit.audit_head (number, team, sequence, head, previous, hash) VALUES (?,"
                + " ?, ?, ?, ?, ?)",
            number,
            team,
            head.sequence(),
            head.hash(),
            previous,
            hash);
  }
}
