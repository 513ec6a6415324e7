package dev.gantry.audit.query;

import dev.gantry.audit.trail.AuditRecord;
import dev.gantry.audit.trail.Chain;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Reads a team's trail, and checks it. */
public final class Trail {
  private static final int PAGE = 1000;
  private static final Field<String> TEAM = DSL.field(DSL.name("team"), String.class);
  private static final Field<Long> SEQUENCE = DSL.field(DSL.name("sequence"), Long.class);

  private final DSLContext database;

  public Trail(DSLContext database) {
    this.database = database;
  }

  /**
   * What is asked for; null asks for all.
   *
   * @param after records with a higher sequence number; without it the newest come
   */
  public record Query(
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable String user,
      @Nullable String verb,
      @Nullable String object,
      @Nullable String outcome,
      @Nullable Long after,
      int limit) {}

  /** A page of records in their order; {@code next} asks for what follows. */
  public record Page(List<AuditRecord> records, long next) {}

  public Page read(String team, Query query) {
    Condition wanted = TEAM.eq(team);
    Field<java.time.OffsetDateTime> at = DSL.field(DSL.name("at"), java.time.OffsetDateTime.class);
    if (query.since() != null) {
      wanted = wanted.and(at.ge(query.since().atOffset(ZoneOffset.UTC)));
    }
    if (query.until() != null) {
      wanted = wanted.and(at.le(query.until().atOffset(ZoneOffset.UTC)));
    }
    wanted = and(wanted, "actor", query.user());
    wanted = and(wanted, "verb", query.verb());
    wanted = and(wanted, "object", query.object());
    wanted = and(wanted, "outcome", query.outcome());
    Long after = query.after();
    if (after != null) {
      wanted = wanted.and(SEQUENCE.gt(after));
    }
    int limit = Math.clamp(query.limit(), 1, PAGE);
    List<AuditRecord> records =
        new ArrayList<>(
            database
                .select(DSL.asterisk())
                .from(DSL.table(DSL.name("audit", "audit_record")))
                .where(wanted)
                .orderBy(after == null ? SEQUENCE.desc() : SEQUENCE.asc())
                .limit(limit)
                .fetch(Trail::record));
    if (after == null) {
      records = records.reversed();
    }
    long next = records.isEmpty() ? (after == null ? 0 : after) : records.getLast().sequence();
    return new Page(records, next);
  }

  private static Condition and(Condition condition, String column, @Nullable String value) {
    return value == null
        ? condition
        : condition.and(DSL.field(DSL.name(column), String.class).eq(value));
  }

  /** The last sequence number of a team; 0 where it has none. */
  public long last(String team) {
    Long last =
        database
            .select(DSL.max(SEQUENCE))
            .from(DSL.table(DSL.name("audit", "audit_record")))
            .where(TEAM.eq(team))
            .fetchOne(0, Long.class);
    return last == null ? 0 : last;
  }

  /** What a check found: the records that were read, and the first that does not fit. */
  public record Verdict(boolean intact, long records, Optional<String> broken) {}

  /** Walks the whole chain of a team, and the chain of heads for what was cut from its end. */
  public Verdict verify(String team) {
    String previous = Chain.START;
    long sequence = 0;
    while (true) {
      Page page = read(team, new Query(null, null, null, null, null, null, sequence, PAGE));
      if (page.records().isEmpty()) {
        break;
      }
      for (AuditRecord record : page.records()) {
        if (record.sequence() != sequence + 1) {
          return broken(sequence, "record " + (sequence + 1) + " is missing");
        }
        if (!record.previous().equals(previous) || !record.isIntact()) {
          return broken(sequence, "record " + record.sequence() + " was changed");
        }
        previous = record.hash();
        sequence = record.sequence();
      }
    }
    Record head =
        database.fetchOne(
            "SELECT sequence, head FROM audit.audit_head WHERE team = ? ORDER BY number DESC LIMIT"
                + " 1",
            team);
    if (head != null
        && (head.get(0, Long.class) > sequence
            || head.get(0, Long.class) == sequence
                && !head.get(1, String.class).equals(previous))) {
      return broken(sequence, "records behind " + sequence + " were cut off");
    }
    return new Verdict(true, sequence, Optional.empty());
  }

  private static Verdict broken(long read, String reason) {
    return new Verdict(false, read, Optional.of(reason));
  }

  private static AuditRecord record(Record row) {
    return new AuditRecord(
        row.get("team", String.class),
        row.get("sequence", Long.class),
        row.get("event_id", String.class),
        row.get("content", String.class),
        row.get("previous", String.class),
        row.get("hash", String.class));
  }
}
