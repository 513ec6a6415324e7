package dev.gantry.log.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Known;
import dev.gantry.ops.testkit.PostgresCluster;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots as nodes write them, taken in by a real database. */
class StateIngestTest {
  private static final ContainerId ID = new ContainerId("cd".repeat(32));
  private static final TeamId SHOP = new TeamId("shop");
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static final Select<?> WAITING =
      DSL.selectOne().from("pg_stat_activity").where("wait_event_type = 'Lock'");

  private final PostgresCluster postgres = PostgresCluster.start();
  private final DSLContext database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);

  @BeforeEach
  void tables() throws Exception {
    postgres.executeResource("/db/log-service/V1__logs.sql");
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void aContainerIsKnownByItsLastNameAndWhenItWasRemoved() {
    apply(snapshot(1, "/web"), snapshot(2, "/shop-web"), null);

    Known known = Containers.find(database, ID, SHOP).orElseThrow();
    assertThat(known.name()).isEqualTo("shop-web");
    assertThat(known.image()).isEqualTo("shop/web:1.4");
    assertThat(known.nodeName()).isEqualTo("node-1");
    assertThat(known.removedAt()).isEqualTo(TIME);
  }

  @Test
  void severalContainersAreLockedInTheOrderOfIds() throws Exception {
    ContainerId first = new ContainerId("ab".repeat(32));
    lock(database, first);
    lock(database, ID);
    CompletableFuture<Void> ingest = new CompletableFuture<>();
    database.transaction(
        configuration -> {
          DSLContext output = configuration.dsl();
          lock(output, first);
          Thread _ =
              Thread.startVirtualThread(
                  () -> {
                    try {
                      apply(List.of(record(ID, snapshot(1, "/web")), record(first, null)));
                      ingest.complete(null);
                    } catch (RuntimeException e) {
                      ingest.completeExceptionally(e);
                    }
                  });
          Awaitility.await("an ingest that waits for the first container")
              .until(() -> database.fetchExists(WAITING));
          lock(output, ID);
        });
    ingest.get(20, TimeUnit.SECONDS);

    assertThat(Containers.find(database, first, SHOP).orElseThrow().removedAt()).isEqualTo(TIME);
    assertThat(Containers.find(database, ID, SHOP).orElseThrow().name()).isEqualTo("web");
  }

  private static void lock(DSLContext database, ContainerId id) {
    Known _ = Containers.lock(database, id, SHOP, "0123456789abcdef", TIME);
  }

  private void apply(@Nullable ContainerSnapshot... words) {
    List<ConsumerRecord<String, byte[]>> records =
        Arrays.stream(words).map(word -> record(ID, word)).toList();
    apply(records);
  }

  private void apply(List<ConsumerRecord<String, byte[]>> records) {
    database.transaction(transaction -> new StateIngest().apply(transaction.dsl(), records));
  }

  private static ContainerSnapshot snapshot(long version, String name) {
    ContainerInspect inspect =
        EngineJson.MAPPER.readValue(
            "{\"Id\":\"%s\",\"Name\":\"%s\",\"Config\":{\"Image\":\"shop/web:1.4\"},\"HostConfig\":{\"Memory\":5}}"
                .formatted(ID, name),
            ContainerInspect.class);
    return new ContainerSnapshot(
        ID, SHOP, new NodeId("0123456789abcdef"), "node-1", version, 1, null, inspect);
  }

  private static ConsumerRecord<String, byte[]> record(
      ContainerId id, @Nullable ContainerSnapshot snapshot) {
    ProducerRecord<String, byte[]> sent =
        EventCodec.toRecord(
            Topics.CONTAINER_STATE,
            new Event<>(
                "e",
                "/runtime-node/1",
                "dev.gantry.container.state.v1",
                id.value(),
                TIME,
                "shop",
                null,
                snapshot));
    return new ConsumerRecord<>(
        sent.topic(),
        0,
        0,
        TIME.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        sent.key(),
        sent.value(),
        sent.headers(),
        Optional.empty());
  }
}
