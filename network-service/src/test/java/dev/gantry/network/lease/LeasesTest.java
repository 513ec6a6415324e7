package dev.gantry.network.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.network.network.Networks;
import dev.gantry.network.network.NewNetwork;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.Pool;
import dev.gantry.network.plan.Pools;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
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

  private static final PostgresCluster POSTGRES = PostgresCluster.start();

  private final DSLContext database = DSL.using(POSTGRES.dataSource(), SQLDialect.POSTGRES);
  private Networks networks;
  private Leases leases;

  @BeforeEach
  void tables() throws Exception {
    POSTGRES.execute(
        "CREATE EXTENSION btree_gist; CREATE SCHEMA network;"
            + " ALTER ROLE CURRENT_USER SET search_path = network, public");
    for (String script : List.of("V1__address_plan.sql", "V2__delivery.sql")) {
      POSTGRES.executeResource("/db/network-service/" + script);
    }
    Pools pools = new Pools(List.of(Pool.parse("10.10.0.0/16:24"), Pool.parse("10.20.0.0/16:24")));
    networks =
        new Networks(
            database, new Outbox("network"), pools, 27, new Random(1), InstantSource.system());
    leases = new Leases(database, networks);
  }

  @AfterEach
  void drop() {
    POSTGRES.execute("DROP SCHEMA network CASCADE; DROP EXTENSION btree_gist");
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
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

  @Test
  void anAddressOfOnesChoiceIsLentOnce() {
    String network = create("fixed", "10.30.0.0/24", "10.30.0.128/25", Map.of("p", "10.30.0.7"));
    Lease first = leases.lease(SHOP, request("f1", ONE, network, "10.30.0.77"));
    assertThat(first.block()).isEqualTo("10.30.0.77/32");
    assertThat(leases.lease(SHOP, request("f1", ONE, network, "10.30.0.77"))).isEqualTo(first);
    assertThatThrownBy(() -> leases.lease(SHOP, request("f2", TWO, network, "10.30.0.77")))
        .hasMessageContaining("Address already in use");
    for (String spokenFor : List.of("10.30.0.0", "10.30.0.1", "10.30.0.7", "10.30.0.255")) {
      assertThatThrownBy(() -> leases.lease(SHOP, request("f3", ONE, network, spokenFor)))
          .as(spokenFor)
          .hasMessageContaining("Address already in use");
    }
    assertThatThrownBy(() -> leases.lease(SHOP, request("f4", ONE, network, "10.31.0.1")))
        .hasMessageContaining("no configured subnet contains the address 10.31.0.1");

    leases.release("f1");

    assertThat(leases.lease(SHOP, request("f5", TWO, network, "10.30.0.77")).block())
        .isEqualTo("10.30.0.77/32");
  }

  @Test
  void blocksComeFromTheRangeAndKeepClearOfWhatIsLent() {
    String network = create("ranged", "10.30.0.0/24", "10.30.0.128/25", Map.of());
    Lease fixed = leases.lease(SHOP, request("f", ONE, network, "10.30.0.130"));
    List<Lease> all = new ArrayList<>(List.of(fixed));
    for (int i = 0; i < 8; i++) {
      Lease block = leases.lease(SHOP, request("b" + i, i % 2 == 0 ? ONE : TWO, network, null));
      assertThat(Cidr.parse("10.30.0.128/25").contains(Cidr.parse(block.block()))).isTrue();
      all.add(block);
    }
    assertApart(all);
  }

  @Test
  void aRemovedNetworkFreesItsNameAtOnceAndItsSubnetWithTheLastLease() {
    String network = create("gone", "10.30.0.0/24", null, Map.of());
    Lease lease = leases.lease(SHOP, request("r", ONE, network, null));
    assertThat(networks.remove(SHOP, "gone").nodes()).containsExactly(ONE);

    assertThat(networks.list(SHOP)).noneMatch(one -> one.name().equals("gone"));
    assertThatThrownBy(() -> leases.lease(SHOP, request("r2", TWO, network, null)))
        .hasMessageContaining("network " + network + " not found");
    assertThat(leases.held(ONE)).singleElement().matches(Lease::removed);
    assertThatThrownBy(() -> create("gone", "10.30.0.0/25", null, Map.of()))
        .hasMessageContaining("Pool overlaps with other one on this address space");

    leases.release(lease.requestId());

    assertThat(create("gone", "10.30.0.0/25", null, Map.of())).isNotEqualTo(network);
  }

  @Test
  void leasesOfANodeThatIsSilentForItsTermGoBackAndNotBefore() throws Exception {
    Silence silence = new Silence(database, Duration.ofHours(1), Duration.ofMinutes(10));
    Lease lease = lease("r1", ONE, SHOP);
    Lease other = lease("r2", TWO, SHOP);
    passes("19 minutes", silence);
    passes("19 minutes", silence);
    passes("19 minutes", silence);
    assertThat(leases.held(TWO)).containsExactly(other);
    passes("2 minutes", silence);
    passes("2 minutes", silence);

    assertThat(
            database.fetchValue("SELECT count(*) FROM network.lease WHERE node = ?", ONE.value()))
        .isEqualTo(0L);
    assertThat(leases.held(TWO)).containsExactly(other);
    assertThat(leases.held(ONE)).isEmpty();
    assertThatThrownBy(() -> lease("r1", ONE, SHOP)).hasMessageContaining("was given back");
    assertThat(lease("r3", ONE, SHOP).networkId()).isEqualTo(lease.networkId());
  }

  @Test
  void silenceThatNobodyListenedToDoesNotCount() throws Exception {
    Silence silence = new Silence(database, Duration.ofHours(1), Duration.ofMinutes(10));
    Lease lease = lease("r1", ONE, SHOP);
    passes("30 days", silence);
    passes("30 days", silence);

    assertThat(leases.held(ONE)).containsExactly(lease);
  }

  @Test
  void aClockThatStepsBackCountsNoMomentTwice() throws Exception {
    Silence silence = new Silence(database, Duration.ofHours(1), Duration.ofMinutes(10));
    Lease lease = lease("r1", ONE, SHOP);
    passes("19 minutes", silence);
    passes("19 minutes", silence);
    // An hour back: what is counted up to lies in the future.
    passes("-60 minutes", silence);
    passes("59 minutes", silence);
    passes("19 minutes", silence);

    assertThat(leases.held(ONE)).containsExactly(lease);
  }

  @Test
  void gravestonesAreKeptForAWhile() throws Exception {
    Silence silence = new Silence(database, Duration.ofHours(1), Duration.ofMinutes(10));
    Lease unused = lease("r1", ONE, SHOP);
    leases.release("r1");
    silence.listen();
    assertThatThrownBy(() -> lease("r1", ONE, SHOP)).hasMessageContaining("was given back");

    POSTGRES.execute("UPDATE network.returned_lease SET returned_at = now() - interval '2 days'");
    silence.listen();

    assertThat(database.fetchValue("SELECT count(*) FROM network.returned_lease")).isEqualTo(0L);
  }

  @Test
  void aRemovedNetworkOfASilentNodeFreesItsSubnet() throws Exception {
    Silence silence = new Silence(database, Duration.ofMinutes(5), Duration.ofMinutes(10));
    String network = create("gone", "10.30.0.0/24", null, Map.of());
    Lease unused = leases.lease(SHOP, request("r", ONE, network, null));
    networks.remove(SHOP, "gone");
    passes("10 minutes", silence);

    assertThat(create("new", "10.30.0.0/25", null, Map.of())).isNotEqualTo(network);
  }

  @Test
  void instancesCountNoMomentTwice() throws Exception {
    Silence first = new Silence(database, Duration.ofHours(1), Duration.ofMinutes(10));
    Silence second = new Silence(database, Duration.ofHours(1), Duration.ofMinutes(10));
    Lease lease = lease("r1", ONE, SHOP);
    for (int i = 0; i < 3; i++) {
      passes("15 minutes", first);
      second.listen();
    }

    assertThat(leases.held(ONE)).containsExactly(lease);
  }

  /** Time goes on, as the database sees it. */
  private void passes(String interval, Silence silence) throws Exception {
    POSTGRES.execute(
        "UPDATE network.host SET counted_to = counted_to - interval '" + interval + "'");
    silence.listen();
  }

  @Test
  void teamsShareNoSubnetAndSeeNoOtherNetworks() {
    create("mine", "10.30.0.0/24", null, Map.of());
    NewNetwork same = wanted("mine", "10.30.0.0/24", null, Map.of());
    assertThatThrownBy(() -> networks.create(BANK, same))
        .hasMessage("Pool overlaps with other one on this address space");
    assertThatThrownBy(() -> networks.require(BANK, "mine"))
        .hasMessageContaining("network mine not found");
    assertThat(networks.create(BANK, wanted("mine", null, null, Map.of())).name())
        .isEqualTo("mine");
  }

  private String create(
      String name, @Nullable String subnet, @Nullable String range, Map<String, String> reserved) {
    return networks.create(SHOP, wanted(name, subnet, range, reserved)).id();
  }

  private static NewNetwork wanted(
      String name, @Nullable String subnet, @Nullable String range, Map<String, String> reserved) {
    Map<String, @Nullable Object> plan = new HashMap<>();
    plan.put("Subnet", subnet);
    plan.put("IPRange", range);
    plan.put("AuxiliaryAddresses", reserved);
    return NewNetwork.of(
        EngineJson.MAPPER.convertValue(
            Map.of("Name", name, "IPAM", Map.of("Config", List.of(plan))),
            NetworkCreateRequest.class));
  }

  private static LeaseRequest request(
      String id, NodeId node, String network, @Nullable String address) {
    return new LeaseRequest(id, node, SHOP, network, address, NO_ROUTES);
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
