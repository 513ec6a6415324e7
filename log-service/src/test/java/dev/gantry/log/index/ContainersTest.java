package dev.gantry.log.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.index.Containers.Description;
import dev.gantry.ops.testkit.PostgresCluster;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of containers, in a real database. */
class ContainersTest {
  private static final ContainerId WEB = new ContainerId("aa".repeat(32));
  private static final ContainerId DB = new ContainerId("bb".repeat(32));
  private static final TeamId SHOP = new TeamId("shop");
  private static final TeamId BANK = new TeamId("bank");

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
  void theNewestWordHolds() {
    describe(of(WEB, SHOP, 2, "web"), of(DB, SHOP, 1, "db"));
    describe(of(WEB, SHOP, 1, "late"), of(DB, SHOP, 3, "renamed"));

    assertThat(name(WEB, SHOP)).isEqualTo("web");
    assertThat(name(DB, SHOP)).isEqualTo("renamed");
  }

  @Test
  void anotherTeamsContainerStaysWhoseItIs() {
    describe(of(WEB, SHOP, 1, "web"));

    assertThatThrownBy(() -> describe(of(WEB, BANK, 9, "mine")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(name(WEB, SHOP)).isEqualTo("web");
    assertThat(Containers.find(database, WEB, BANK)).isEmpty();
  }

  @Test
  void outputThatCameFirstKeepsItsPlace() {
    database.transaction(
        transaction -> {
          var unused = Containers.lock(transaction.dsl(), WEB, SHOP, "node", Instant.EPOCH);
          Containers.grow(transaction.dsl(), WEB, "node", 7, false, Instant.EPOCH);
        });
    describe(of(WEB, SHOP, 1, "web"));

    Known known = Containers.find(database, WEB, SHOP).orElseThrow();
    assertThat(known.nextLine()).isEqualTo(7);
    assertThat(known.name()).isEqualTo("web");
  }

  private void describe(Description... descriptions) {
    database.transaction(
        transaction -> Containers.describe(transaction.dsl(), List.of(descriptions)));
  }

  private String name(ContainerId id, TeamId team) {
    return String.valueOf(Containers.find(database, id, team).orElseThrow().name());
  }

  private static Description of(ContainerId id, TeamId team, long version, String name) {
    return new Description(id, team, "node", "node-1", version, name, "busybox", Instant.EPOCH);
  }
}
