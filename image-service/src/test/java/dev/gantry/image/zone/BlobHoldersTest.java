package dev.gantry.image.zone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.image.MigratedCluster;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.BlobClaim;
import dev.gantry.services.BlobPlaces;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@SuppressWarnings("NullAway.Init") // the fields are set before the tests
@ExtendWith(MigratedCluster.class)
class BlobHoldersTest {
  private static final Digest BLOB = Digest.ofBytes(new byte[] {1});
  private static final Digest OTHER = Digest.ofBytes(new byte[] {2});

  private Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private DSLContext database;
  private BlobHolders holders;

  @BeforeEach
  void open(PostgresCluster postgres) {
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    holders = new BlobHolders(database, "east", () -> now);
    BlobRows.insert(database, BLOB, 1, now);
    BlobRows.insert(database, OTHER, 1, now);
  }

  private static URI uri(String node) {
    return URI.create("https://" + node + ".example:7110");
  }

  private BlobPlaces claim(Digest blob, String node, String zone) {
    return holders.claim(blob, node, new BlobClaim(zone, uri(node), true));
  }

  @Test
  void whoComesIsToldOfThoseWhoCameBeforeToTheSameZone() {
    assertThat(claim(BLOB, "a", "west")).isEqualTo(new BlobPlaces(false, List.of()));
    assertThat(claim(BLOB, "b", "west").nodes()).containsExactly(uri("a"));
    assertThat(claim(BLOB, "c", "west").nodes()).containsExactlyInAnyOrder(uri("a"), uri("b"));
    assertThat(claim(BLOB, "d", "north").nodes()).isEmpty();
    assertThat(claim(OTHER, "a", "west").nodes()).isEmpty();
    assertThat(claim(BLOB, "a", "west").nodes())
        .as("oneself is nobody else")
        .containsExactlyInAnyOrder(uri("b"), uri("c"));
  }

  @Test
  void inTheZoneOfThisServiceNobodyIsNearer() {
    assertThat(claim(BLOB, "a", "east")).isEqualTo(new BlobPlaces(true, List.of()));
    assertThat(claim(BLOB, "b", "east")).isEqualTo(new BlobPlaces(true, List.of()));
  }

  @Test
  void whoDoesNotKeepTheBlobIsNotNamed() {
    holders.claim(BLOB, "a", new BlobClaim("west", uri("a"), false));
    assertThat(claim(BLOB, "b", "west").nodes()).isEmpty();
  }

  @Test
  void ofAllThatAskAtOnceOneIsToldOfNobody() throws Exception {
    List<Future<BlobPlaces>> asking = new ArrayList<>();
    try (ExecutorService askers = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        String node = "node-" + i;
        asking.add(askers.submit(() -> claim(BLOB, node, "west")));
      }
    }
    int first = 0;
    for (Future<BlobPlaces> one : asking) {
      first += one.get().nodes().isEmpty() ? 1 : 0;
      assertThat(one.get().nodes()).hasSizeLessThanOrEqualTo(3);
    }
    assertThat(first).isOne();
  }

  @Test
  void whoHadItADayAgoIsForgottenAndSoIsWhatABlobHad() {
    claim(BLOB, "a", "west");
    now = now.plus(Duration.ofHours(23));
    claim(OTHER, "a", "west");
    now = now.plus(Duration.ofHours(1));
    assertThat(claim(BLOB, "b", "west").nodes()).isEmpty();
    holders.expire();
    assertThat(database.fetchCount(DSL.table("blob_holder"))).isEqualTo(2);
    database.deleteFrom(DSL.table("blob")).execute();
    assertThat(database.fetchCount(DSL.table("blob_holder"))).isZero();
  }
}
