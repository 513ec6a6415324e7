package dev.gantry.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.EngineJson;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import dev.gantry.image.repair.Verification;
import dev.gantry.image.running.RunningImageService;
import dev.gantry.ops.testkit.PostgresCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import tools.jackson.databind.JsonNode;

/** Compares files, rows, sums and events of a store that nobody uses for the moment. */
final class StoreAudit {
  private static final String GARBAGE =
      "select digest from blob except select digest from named_blob";
  private static final String WRONG_SUMS =
      """
      select team, team_usage.bytes, named.bytes from team_usage full join (
          select team, sum(size) as bytes from named_blob join blob using (digest) group by team
        ) named using (team)
        where coalesce(team_usage.bytes, 0) <> coalesce(named.bytes, 0)
      """;

  private final DSLContext database;
  private final RunningImageService service;

  StoreAudit(PostgresCluster postgres, RunningImageService service) {
    this.database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    this.service = service;
  }

  /** What a service that starts takes away before it answers, and soon after. */
  void requireNoLeftovers(boolean patient) throws Exception {
    try (BlobStore blobs = FileBlobStore.open(service.store())) {
      assertThat(blobs.incoming().files()).as("files on their way in").isZero();
      assertThat(service.store().resolve("trash")).isEmptyDirectory();
      Awaitility.await("what pushes have left")
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                assertThat(database.fetch(GARBAGE)).as("blobs that nothing names").isEmpty();
                List<String> uploads =
                    database.fetch("select id from upload").getValues(0, String.class);
                assertThat(blobs.incoming().uploads().stream().map(UUID::toString))
                    .isSubsetOf(uploads);
                if (!patient) {
                  assertThat(uploads).isEmpty();
                  assertThat(database.fetch("select * from pending_blob")).isEmpty();
                }
              });
    }
  }

  void requireSound() throws Exception {
    try (BlobStore blobs = FileBlobStore.open(service.store())) {
      assertThat(new Verification(database, blobs).run().defects()).isEmpty();
    }
    assertThat(database.fetch(WRONG_SUMS)).as("sums of teams").isEmpty();
  }

  /** Requires that what has happened was told, in order, and nothing else. */
  void requireTold(List<Customer> customers) {
    Map<String, List<String>> told = new HashMap<>();
    for (String event :
        database
            .fetch(
                "select convert_from(value, 'UTF8') from outbox where topic ="
                    + " 'gantry.image.events' order by number")
            .getValues(0, String.class)) {
      JsonNode one = EngineJson.MAPPER.readTree(event);
      told.computeIfAbsent(one.at("/Actor/Attributes/name").asString(""), _ -> new ArrayList<>())
          .add(one.path("Action").asString(""));
    }
    for (Customer customer : customers) {
      for (Name name : customer.names()) {
        Stream<String> actions =
            told.getOrDefault(name.shown(), List.of()).stream().filter(name::isTold);
        assertThat(actions.toList()).as("events of " + name.shown()).isEqualTo(name.takeTold());
      }
    }
    int _ = database.execute("delete from outbox");
  }
}
