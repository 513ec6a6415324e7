package dev.gantry.audit.ingest;

import dev.gantry.audit.trail.Chain;
import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.events.AuditCall;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.MalformedEventException;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;
import org.jooq.Record;

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
    Map<String, Head> heads = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      Event<AuditCall> event = EventCodec.fromRecord(record, AuditCall.class);
      AuditCall call = event.data();
      if (call == null) {
        throw new MalformedEventException("an audit event has no call", null);
      }
      append(transaction, heads, event.id(), call);
    }
    heads.forEach((team, head) -> appendHead(transaction, team, head));
    appended.run();
  }

  private static void append(
      DSLContext transaction, Map<String, Head> heads, String id, AuditCall call) {
    boolean known =
        transaction.fetchOne("SELECT 1 FROM audit.audit_record WHERE event_id = ?", id) != null;
    if (known) {
      return;
    }
    Head head = heads.getOrDefault(call.team(), null);
    if (head == null) {
      head = head(transaction, call.team());
    }
    long sequence = head.sequence() + 1;
    String content = EventCodec.JSON.writeValueAsString(call);
    String hash = Chain.next(head.hash(), call.team(), sequence, content);
    int _ =
        transaction.execute(
            "INSERT INTO audit.audit_record (team, sequence, event_id, at, actor, verb, object,"
                + " outcome, content, previous, hash) VALUES (?, ?, ?, ?::timestamptz, ?, ?, ?, ?,"
                + " ?, ?, ?)",
            call.team(),
            sequence,
            id,
            call.time().atOffset(ZoneOffset.UTC),
            call.user(),
            call.verb(),
            call.object(),
            call.outcome(),
            content,
            head.hash(),
            hash);
    heads.put(call.team(), new Head(sequence, hash));
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
