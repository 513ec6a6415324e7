package dev.gantry.network.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.network.network.Networks;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.Pool;
import dev.gantry.network.plan.Pools;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.ServiceException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blocks of addresses lent to nodes, in a real database. */
class LeasesTest {
  private static final TeamId SHOP = new TeamId("shop");
  private static final TeamId BANK = new TeamId("bank");
  private static final NodeId ONE = new NodeId("0000000000000001");
  private static final NodeId TWO = new NodeId("0000000000000002");
  private static final List<String> NO_ROUTES = List.of();

  private final PostgresCluster postgres = PostgresCluster.start();
  private final DSLContext database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
  private Leases leases;

  @BeforeEach
  void tables() throws Exception {
    postgres.execute(
        "CREATE EXTENSION btree_gist; CREATE SCHEMA network;"
            + " ALTER ROLE CURRENT_USER SET search_path = network, public");
    for (String script : List.of("V1__address_plan.sql", "V2__delivery.sql")) {
      postgres.executeResource("/db/network-service/" + script);
    }
    Pools pools = new Pools(List.of(Pool.parse("10.10.0.0/16:24"), Pool.parse("10.20.0.0/16:24")));
    leases =
        new Leases(
            database,
            new Networks(
                database, new Outbox("network"), pools, 27, new Random(1), InstantSource.system()));
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void aRequestThatIsRepeatedFindsItsBlock() {
    Lease first = lease("r1", ONE, SHOP);
    assertThat(lease("r1", ONE, SHOP)).isEqualTo(first);
    assertThat(leases.held(ONE)).containsExactly(first);
    assertThat(Cidr.parse(first.subnet()).contains(Cidr.parse(first.block()))).isTrue();
  }

  @Test
  void nodesAndTeamsShareNoAddress() {
    List<Lease> all = List.of(lease("a", ONE, SHOP), lease("b", TWO, SHOP), lease("c", ONE, BANK));
    assertApart(all);
    assertThat(all.get(0).networkId()).isEqualTo(all.get(1).networkId());
    assertThat(all.get(2).networkId()).isNotEqualTo(all.get(0).networkId());
    assertThat(all.get(2).subnet()).isNotEqualTo(all.get(0).subnet());
  }

  @Test
  void aNetworkKeepsClearOfTheRoutesOfItsHosts() {
    Lease lease = leases.lease(SHOP, request("r", ONE, SHOP, List.of("10.10.0.0/16")));
    assertThat(Cidr.parse("10.20.0.0/16").contains(Cidr.parse(lease.block()))).isTrue();
  }

  @Test
  void whatWasGivenBackIsFreeAndItsRequestIsOver() {
    List<Lease> all = new ArrayList<>();
    ServiceException refused = null;
    // A subnet of 256 addresses has no more blocks than addresses.
    for (int i = 0; i < 256 && refused == null; i++) {
      try {
        all.add(lease("r" + i, ONE, SHOP));
      } catch (ServiceException e) {
        refused = e;
      }
    }
    assertThat(refused).isNotNull().hasMessageContaining("no available IPv4 addresses");
    assertThat(all).hasSizeGreaterThan(4);
    assertApart(all);

    leases.release("r3");
    leases.release("r3");
    assertThat(lease("later", TWO, SHOP).block()).isEqualTo(all.get(3).block());
    assertThatThrownBy(() -> lease("r3", ONE, SHOP))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("was given back");
  }

  @Test
  void nodesThatAskAtOnceGetBlocksOfTheirOwn() throws Exception {
    List<Future<Lease>> asked = new ArrayList<>();
    try (ExecutorService nodes = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        NodeId node = new NodeId("%016x".formatted(i + 1));
        asked.add(nodes.submit(() -> lease("r-" + node.value(), node, SHOP)));
      }
    }
    List<Lease> all = new ArrayList<>();
    for (Future<Lease> one : asked) {
      all.add(one.get());
    }
    assertApart(all);
    assertThat(all.stream().map(Lease::networkId).distinct()).hasSize(1);
  }

  private static void assertApart(List<Lease> all) {
    for (Lease a : all) {
      for (Lease b : all) {
        if (a != b) {
          assertThat(Cidr.parse(a.block()).overlaps(Cidr.parse(b.block())))
              .as(a.block() + " and " + b.block())
              .isFalse();
        }
      }
    }
  }

  private Lease lease(String id, NodeId node, TeamId team) {
    return leases.lease(team, request(id, node, team, NO_ROUTES));
  }

  private static LeaseRequest request(
      String id, NodeId node, TeamId team, List<String> hostPrefixes) {
    return new LeaseRequest(id, node, team, null, null, hostPrefixes);
  }
}
