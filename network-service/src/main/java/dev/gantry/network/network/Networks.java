package dev.gantry.network.network;

import dev.gantry.delivery.Message;
import dev.gantry.delivery.Outbox;
import dev.gantry.engine.TeamId;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.NetworkState;
import dev.gantry.events.Topics;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.IpAddress;
import dev.gantry.network.plan.Pools;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The networks of each team; the predefined ones are made when a team is first seen. */
public final class Networks {
  private static final String COLUMNS =
      "id, team, name, driver, predefined, subnet::text AS subnet, gateway, block_prefix, internal,"
          + " attachable, last_block::text AS last_block, created_at, version";

  private final DSLContext database;
  private final Outbox outbox;
  private final Pools pools;
  private final int blockLength;
  private final RandomGenerator random;
  private final InstantSource clock;

  public Networks(
      DSLContext database,
      Outbox outbox,
      Pools pools,
      int blockLength,
      RandomGenerator random,
      InstantSource clock) {
    this.database = database;
    this.outbox = outbox;
    this.pools = pools;
    this.blockLength = blockLength;
    this.random = random;
    this.clock = clock;
  }

  /** All networks of a team, by name. */
  public List<NetworkRecord> list(TeamId team) {
    makePredefined(team);
    return database
        .fetch(
            "SELECT "
                + COLUMNS
                + " FROM network.network WHERE team = ? AND removed_at IS NULL ORDER BY name",
            team.value())
        .map(Networks::record);
  }

  /** By id, the beginning of an id, or name. */
  public NetworkRecord require(TeamId team, String idOrName) {
    List<NetworkRecord> all = list(team);
    return all.stream()
        .filter(network -> network.id().equals(idOrName) || network.name().equals(idOrName))
        .findFirst()
        .or(() -> byPrefix(all, idOrName))
        .orElseThrow(
            () -> new ServiceException(ErrorCode.NOT_FOUND, "network " + idOrName + " not found"));
  }

  private static Optional<NetworkRecord> byPrefix(List<NetworkRecord> all, String prefix) {
    List<NetworkRecord> found =
        prefix.isEmpty()
            ? List.of()
            : all.stream().filter(network -> network.id().startsWith(prefix)).toList();
    if (found.size() > 1) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "network "
              + prefix
              + " is ambiguous ("
              + found.size()
              + " matches found based on ID prefix)");
    }
    return found.stream().findFirst();
  }

  /** Makes what a team has without asking; a team that has it is left as it is. */
  private void makePredefined(TeamId team) {
    boolean there =
        database.fetchOne(
                "SELECT 1 FROM network.network WHERE team = ? AND name = 'none'", team.value())
            != null;
    if (!there) {
      ensureBridge(team, List.of());
    }
  }

  /**
   * The team's bridge, made now where there is none.
   *
   * @param hostPrefixes prefixes that the asking host has routes to
   */
  public NetworkRecord ensureBridge(TeamId team, Collection<Cidr> hostPrefixes) {
    return database.transactionResult(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          // One at a time: two that look for a free subnet at once would find the same one.
          transaction.execute("SELECT pg_advisory_xact_lock(727001)");
          Record found =
              transaction.fetchOne(
                  "SELECT " + COLUMNS + " FROM network.network WHERE team = ? AND name = 'bridge'",
                  team.value());
          if (found != null) {
            return record(found);
          }
          List<Cidr> taken = new ArrayList<>(hostPrefixes);
          transaction
              .fetch("SELECT subnet::text FROM network.network WHERE subnet IS NOT NULL")
              .forEach(row -> taken.add(Cidr.parse(row.get(0, String.class))));
          transaction
              .fetch("SELECT prefix::text FROM network.host_prefix")
              .forEach(row -> taken.add(Cidr.parse(row.get(0, String.class))));
          Cidr subnet =
              pools
                  .freeSubnet(taken)
                  .orElseThrow(
                      () ->
                          new ServiceException(
                              ErrorCode.UNAVAILABLE,
                              "could not find an available, non-overlapping IPv4 address pool among"
                                  + " the defaults to assign to the network"));
          IpAddress gateway = subnet.first().plus(1);
          insert(transaction, team, "host", "host", null, null);
          insert(transaction, team, "none", "null", null, null);
          return insert(
              transaction, team, "bridge", "bridge", subnet.toString(), gateway.toString());
        });
  }

  private NetworkRecord insert(
      DSLContext transaction,
      TeamId team,
      String name,
      String driver,
      @Nullable String subnet,
      @Nullable String gateway) {
    byte[] id = new byte[32];
    random.nextBytes(id);
    String hex = HexFormat.of().formatHex(id);
    int _ =
        transaction.execute(
            "INSERT INTO network.network (id, team, name, driver, predefined, subnet, ip_range,"
                + " gateway, block_prefix, internal, attachable, labels, options, reserved,"
                + " created_at, version) VALUES (?, ?, ?, ?, true, ?::cidr, ?::cidr, ?, ?, false,"
                + " false, '{}', '{}', '{}', now(), 1)",
            hex,
            team.value(),
            name,
            driver,
            subnet,
            subnet,
            gateway,
            blockLength);
    Record made =
        transaction.fetchOne("SELECT " + COLUMNS + " FROM network.network WHERE id = ?", hex);
    if (made == null) {
      throw new IllegalStateException("network " + hex + " is not there after its insert");
    }
    NetworkRecord network = record(made);
    publish(transaction, network);
    return network;
  }

  private void publish(DSLContext transaction, NetworkRecord network) {
    var state =
        new NetworkState(network.id(), network.team(), network.version(), network.toEngine());
    outbox.append(
        transaction,
        Message.of(
            EventCodec.toRecord(
                Topics.NETWORK_STATE,
                new Event<>(
                    UUID.randomUUID().toString(),
                    "/network-service",
                    "dev.gantry.network.state.v1",
                    network.id(),
                    clock.instant(),
                    network.team().value(),
                    null,
                    state))));
  }

  private static NetworkRecord record(Record row) {
    Integer blockPrefix = row.get("block_prefix", Integer.class);
    return new NetworkRecord(
        row.get("id", String.class),
        new TeamId(row.get("team", String.class)),
        row.get("name", String.class),
        row.get("driver", String.class),
        row.get("predefined", Boolean.class),
        row.get("subnet", String.class),
        row.get("gateway", String.class),
        blockPrefix == null ? 0 : blockPrefix,
        row.get("internal", Boolean.class),
        row.get("attachable", Boolean.class),
        Map.of(),
        Map.of(),
        row.get("last_block", String.class),
        row.get("created_at", OffsetDateTime.class).toInstant(),
        row.get("version", Long.class));
  }
}
