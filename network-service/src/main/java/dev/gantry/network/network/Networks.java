package dev.gantry.network.network;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.IpAddress;
import dev.gantry.network.plan.Pools;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.NetworkRemoved;
import dev.gantry.services.ServiceException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The networks of each team; the predefined ones are made when a team is first seen. */
public final class Networks {
  private final DSLContext database;
  private final NetworkEvents events;
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
    this.events = new NetworkEvents(outbox, clock);
    this.pools = pools;
    this.blockLength = blockLength;
    this.random = random;
    this.clock = clock;
  }

  /** All networks of a team, by name. */
  public List<NetworkRecord> list(TeamId team) {
    makePredefined(team);
    return NetworkRows.of(database, team);
  }

  /** By id, by name, or by the beginning of an id. */
  public NetworkRecord require(TeamId team, String idOrName) {
    List<NetworkRecord> all = list(team);
    return all.stream()
        .filter(network -> network.id().equals(idOrName))
        .findFirst()
        .or(() -> all.stream().filter(network -> network.name().equals(idOrName)).findFirst())
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
          "network %s is ambiguous (%d matches found based on ID prefix)"
              .formatted(prefix, found.size()));
    }
    return found.stream().findFirst();
  }

  /** Makes what a team has without asking; a team that has it is left as it is. */
  private void makePredefined(TeamId team) {
    if (NetworkRows.named(database, team, "none").isEmpty()) {
      NetworkRecord unused = ensureBridge(team, List.of());
    }
  }

  /**
   * The team's bridge, made now where there is none.
   *
   * @param hostPrefixes prefixes that the asking host has routes to
   */
  public NetworkRecord ensureBridge(TeamId team, Collection<Cidr> hostPrefixes) {
    Optional<NetworkRecord> there = NetworkRows.named(database, team, "bridge");
    return there.isPresent()
        ? there.get()
        : database.transactionResult(
            configuration -> bridge(DSL.using(configuration), team, hostPrefixes));
  }

  private NetworkRecord bridge(DSLContext transaction, TeamId team, Collection<Cidr> hostPrefixes) {
    lock(transaction);
    Optional<NetworkRecord> there = NetworkRows.named(transaction, team, "bridge");
    if (there.isPresent()) {
      return there.get();
    }
    Cidr subnet = free(transaction, hostPrefixes);
    insert(transaction, predefined(team, "host", "host", null));
    insert(transaction, predefined(team, "none", "null", null));
    return insert(transaction, predefined(team, "bridge", "bridge", subnet));
  }

  /** One at a time: two that look for a free subnet at once would find the same one. */
  private static void lock(DSLContext transaction) {
    int _ = transaction.execute("SELECT pg_advisory_xact_lock(727001)");
  }

  private Cidr free(DSLContext transaction, Collection<Cidr> hostPrefixes) {
    List<Cidr> taken = new ArrayList<>(hostPrefixes);
    taken.addAll(NetworkRows.taken(transaction));
    return pools
        .freeSubnet(taken)
        .orElseThrow(
            () ->
                new ServiceException(
                    ErrorCode.NOT_FOUND,
                    "could not find an available, non-overlapping IPv4 address pool among the"
                        + " defaults to assign to the network"));
  }

  private NetworkRecord predefined(TeamId team, String name, String driver, @Nullable Cidr subnet) {
    String range = subnet == null ? null : subnet.toString();
    return new NetworkRecord(
        id(),
        team,
        name,
        driver,
        true,
        range,
        range,
        subnet == null ? null : subnet.first().plus(1).toString(),
        blockLength,
        false,
        false,
        Map.of(),
        Map.of(),
        Map.of(),
        now(),
        1);
  }

  private String id() {
    byte[] id = new byte[32];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /** As exactly as the database keeps it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private NetworkRecord insert(DSLContext transaction, NetworkRecord network) {
    NetworkRows.insert(transaction, network);
    events.is(transaction, network);
    return network;
  }

  /**
   * Makes a network. A create whose answer was lost and that is repeated finds its name taken, as
   * with the engine.
   */
  public NetworkRecord create(TeamId team, NewNetwork wanted) {
    makePredefined(team);
    return database.transactionResult(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          lock(transaction);
          if (NetworkRows.named(transaction, team, wanted.name()).isPresent()) {
            throw new ServiceException(
                ErrorCode.CONFLICT, "network with name " + wanted.name() + " already exists");
          }
          NetworkRecord made =
              insert(transaction, wanted(team, wanted, subnet(transaction, wanted)));
          events.happened(transaction, made, "create");
          return made;
        });
  }

  /** Whose it is that overlaps is not told: it may be another team's. */
  private Cidr subnet(DSLContext transaction, NewNetwork wanted) {
    Cidr subnet = wanted.subnet();
    if (subnet == null) {
      return free(transaction, List.of());
    }
    if (NetworkRows.taken(transaction).stream().anyMatch(subnet::overlaps)) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN, "Pool overlaps with other one on this address space");
    }
    return subnet;
  }

  private NetworkRecord wanted(TeamId team, NewNetwork wanted, Cidr subnet) {
    IpAddress gateway = wanted.gateway() == null ? subnet.first().plus(1) : wanted.gateway();
    Cidr range = wanted.range() == null ? subnet : wanted.range();
    Map<String, String> reserved = new HashMap<>();
    wanted.reserved().forEach((name, address) -> reserved.put(name, address.toString()));
    return new NetworkRecord(
        id(),
        team,
        wanted.name(),
        "bridge",
        false,
        subnet.toString(),
        range.toString(),
        gateway.toString(),
        blockLength,
        wanted.internal(),
        wanted.attachable(),
        wanted.labels(),
        wanted.options(),
        reserved,
        now(),
        1);
  }

  /**
   * Removes a network. Its name is free at once; its subnet when the last node has given its blocks
   * back.
   */
  public NetworkRemoved remove(TeamId team, String idOrName) {
    NetworkRecord network = require(team, idOrName);
    if (network.predefined()) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN, network.name() + " is a pre-defined network and cannot be removed");
    }
    return database.transactionResult(configuration -> remove(DSL.using(configuration), network));
  }

  private NetworkRemoved remove(DSLContext transaction, NetworkRecord network) {
    int changed =
        transaction.execute(
            "UPDATE network.network SET removed_at = now(), version = version + 1 WHERE id = ? AND"
                + " removed_at IS NULL",
            network.id());
    if (changed == 0) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "network " + network.name() + " not found");
    }
    List<NodeId> nodes =
        transaction
            .fetch("SELECT DISTINCT node FROM network.lease WHERE network = ?", network.id())
            .map(row -> new NodeId(row.get(0, String.class)));
    forget(transaction, network.id());
    events.isGone(transaction, network);
    events.happened(transaction, network, "destroy");
    return new NetworkRemoved(network.id(), network.name(), nodes);
  }

  /** Frees the subnets of all removed networks of which nothing is lent any more. */
  public static void forget(DSLContext database) {
    int _ =
        database.execute(
            "DELETE FROM network.network n WHERE removed_at IS NOT NULL AND NOT EXISTS (SELECT 1"
                + " FROM network.lease l WHERE l.network = n.id)");
  }

  /** Frees the subnet of a removed network of which nothing is lent any more. */
  public static void forget(DSLContext transaction, String networkId) {
    int _ =
        transaction.execute(
            "DELETE FROM network.network n WHERE id = ? AND removed_at IS NOT NULL AND NOT EXISTS"
                + " (SELECT 1 FROM network.lease l WHERE l.network = n.id)",
            networkId);
  }
}
