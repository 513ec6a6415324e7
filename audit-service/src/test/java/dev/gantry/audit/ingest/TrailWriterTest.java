package dev.gantry.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.audit.query.Trail;
import dev.gantry.audit.trail.AuditRecord;
import dev.gantry.events.AuditCall;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import dev.gantry.ops.testkit.PostgresCluster;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls on their way into the trail, in a real database. */
class TrailWriterTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final PostgresCluster postgres = PostgresCluster.start();
  private final DSLContext database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
  private final Trail trail = new Trail(database);
  private final TrailWriter writer = new TrailWriter(() -> {});

  @BeforeEach
  void tables() throws Exception {
    postgres.execute("CREATE SCHEMA audit; ALTER ROLE CURRENT_USER SET search_path = audit");
    postgres.executeResource("/db/audit-service/V1__trail.sql");
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void eachCallIsThereOnceInOrderHoweverOftenItArrives() {
    apply(call("a", "shop"), call("b", "shop"), call("a", "shop"));
    apply(call("b", "shop"), call("c", "shop"));
    apply(call("c", "shop"));

    assertThat(events("shop")).containsExactly("a", "b", "c");
    assertThat(trail.last("shop")).isEqualTo(3);
    assertThat(trail.verify("shop").intact()).isTrue();
  }

  @Test
  void teamsHaveChainsOfTheirOwn() {
    apply(call("a", "shop"), call("x", "bank"), call("b", "shop"));

    assertThat(events("shop")).containsExactly("a", "b");
    assertThat(events("bank")).containsExactly("x");
    assertThat(trail.verify("bank"))
        .isEqualTo(new Trail.Verdict(true, 1, java.util.Optional.empty()));
  }

  @Test
  void theTrailIsNotChangedByAStatement() {
    apply(call("a", "shop"));
    assertThatThrownBy(() -> database.execute("UPDATE audit.audit_record SET outcome = 'ok'"))
        .hasMessageContaining("append-only");
    assertThatThrownBy(() -> database.execute("DELETE FROM audit.audit_head"))
        .hasMessageContaining("append-only");
  }

  @Test
  void whoeverChangesItBehindTheDatabasesBackIsFound() {
    apply(call("a", "shop"), call("b", "shop"), call("c", "shop"));
    database.execute("ALTER TABLE audit.audit_record DISABLE TRIGGER ALL");

    database.execute(
        "UPDATE audit.audit_record SET content = replace(content, 'ann', 'bob') WHERE event_id ="
            + " 'b'");
    assertThat(trail.verify("shop").broken()).hasValue("record 2 was changed");
    database.execute("DELETE FROM audit.audit_record WHERE event_id = 'b'");
    assertThat(trail.verify("shop").broken()).hasValue("record 2 is missing");
    database.execute("DELETE FROM audit.audit_record");
    assertThat(trail.verify("shop").broken()).hasValue("records behind 0 were cut off");
  }

  private List<String> events(String team) {
    return trail
        .read(team, new Trail.Query(null, null, null, null, null, null, 0L, 100))
        .records()
        .stream()
        .map(AuditRecord::eventId)
        .toList();
  }

  @SafeVarargs
  private void apply(ConsumerRecord<String, byte[]>... records) {
    database.transaction(transaction -> writer.apply(transaction.dsl(), List.of(records)));
  }

  private static ConsumerRecord<String, byte[]> call(String id, String team) {
    AuditCall call =
        new AuditCall(
            TIME,
            team,
            "ann",
            "unix:",
            "container.start",
            "POST",
            "/containers/{id}/start",
            "container",
            "web",
            null,
            "ok",
            204,
            1000,
            null,
            null,
            "gateway");
    ProducerRecord<String, byte[]> sent =
        EventCodec.toRecord(
            Topics.AUDIT_CALLS,
            new Event<>(
                id, "/api-gateway/1", "dev.gantry.audit.call.v1", team, TIME, team, null, call));
    return new ConsumerRecord<>(
        sent.topic(),
        0,
        0,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        sent.key(),
        sent.value(),
        sent.headers(),
        java.util.Optional.empty());
  }
}
