package dev.gantry.network.lease;

import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.network.network.NetworkRecord;
import dev.gantry.network.network.Networks;
import dev.gantry.network.plan.BlockPlan;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.IpAddress;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of addresses lent to nodes. The database refuses blocks that overlap, whatever this code
 * believes.
 */
public final class Leases {
  private static final String LEASES =
      "SELECT l.id, l.network, n.name, l.subnet::text AS subnet, n.gateway, l.block::text AS block,"
          + " n.internal, n.options, n.reserved, n.removed_at FROM network.lease l JOIN"
          + " network.network n ON n.id = l.network ";

  private final DSLContext database;
  private final Networks networks;

  public Leases(DSLContext database, Networks networks) {
    this.database = database;
    this.networks = networks;
  }

  /** Lends a block; asked again with the same request id, the same block. */
  public Lease lease(TeamId team, LeaseRequest request) {
    List<Cidr> prefixes = prefixes(request.hostPrefixes());
    NetworkRecord network =
        request.network() == null
            ? networks.ensureBridge(team, prefixes)
            : networks.require(team, request.network());
    if (network.subnet() == null) {
      throw new ServiceException(
          ErrorCode.INVALID, "network " + network.name() + " has no addresses to lease");
    }
    return database.transactionResult(
        configuration -> lend(DSL.using(configuration), network, request, prefixes));
  }

  private Lease lend(
      DSLContext transaction, NetworkRecord network, LeaseRequest request, List<Cidr> prefixes) {
    // Who asks for a block of this network waits here for the others.
    Record row =
        transaction.fetchOne(
            "SELECT last_block::text AS last_block FROM network.network WHERE id = ? AND removed_at"
                + " IS NULL FOR UPDATE",
            network.id());
    if (row == null) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "network " + network.id() + " not found");
    }
    Lease known = find(transaction, request.requestId());
    if (known != null) {
      return known;
    }
    if (transaction.fetchOne(
            "SELECT 1 FROM network.returned_lease WHERE id = ?", request.requestId())
        != null) {
      throw new ServiceException(
          ErrorCode.CONFLICT, "lease " + request.requestId() + " was given back");
    }
    seen(transaction, request.node(), prefixes);
    Cidr block =
        request.address() == null
            ? freeBlock(transaction, network, row)
            : wanted(transaction, network, request.address());
    int _ =
        transaction.execute(
            "INSERT INTO network.lease (id, node, network, subnet, block, leased_at) VALUES (?, ?,"
                + " ?, ?::cidr, ?::cidr, now())",
            request.requestId(),
            request.node().value(),
            network.id(),
            String.valueOf(network.subnet()),
            block.toString());
    if (request.address() == null) {
      int _ =
          transaction.execute(
              "UPDATE network.network SET last_block = ?::cidr WHERE id = ?",
              block.toString(),
              network.id());
    }
    Lease made = find(transaction, request.requestId());
    if (made == null) {
      throw new IllegalStateException(
          "lease " + request.requestId() + " is not there after its insert");
    }
    return made;
  }

  private static List<Cidr> leased(DSLContext transaction, NetworkRecord network) {
    return transaction
        .fetch("SELECT block::text FROM network.lease WHERE network = ?", network.id())
        .map(one -> Cidr.parse(one.get(0, String.class)));
  }

  /** The block of one address that was asked for by name. */
  private static Cidr wanted(DSLContext transaction, NetworkRecord network, String text) {
    IpAddress address = parse(text);
    Cidr subnet = Cidr.parse(String.valueOf(network.subnet()));
    if (!subnet.contains(address)) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "no configured subnet contains the address %s: network %s has %s"
              .formatted(text, network.name(), subnet));
    }
    Cidr block = Cidr.around(address, address.family().bits());
    boolean spokenFor = !network.blocks().reservedIn(block).isEmpty();
    if (spokenFor || leased(transaction, network).stream().anyMatch(block::overlaps)) {
      throw new ServiceException(ErrorCode.CONFLICT, "Address already in use");
    }
    return block;
  }

  private static IpAddress parse(String address) {
    try {
      return IpAddress.parse(address);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  private static Cidr freeBlock(DSLContext transaction, NetworkRecord network, Record row) {
    String last = row.get("last_block", String.class);
    return network
        .blocks()
        .freeBlock(leased(transaction, network), Optional.ofNullable(last).map(Cidr::parse))
        .orElseThrow(
            () ->
                new ServiceException(
                    ErrorCode.UNAVAILABLE,
                    "no available IPv4 addresses on this network's address pools: "
                        + network.name()));
  }

  private static void seen(DSLContext transaction, NodeId node, List<Cidr> prefixes) {
    int _ =
        transaction.execute(
            "INSERT INTO network.host (node, seen_at, silence_ms, counted_to) VALUES (?, now(), 0,"
                + " now()) ON CONFLICT (node) DO UPDATE SET seen_at = now(), silence_ms = 0,"
                + " counted_to = GREATEST(host.counted_to, now())",
            node.value());
    for (Cidr prefix : prefixes) {
      int _ =
          transaction.execute(
              "INSERT INTO network.host_prefix (node, prefix) VALUES (?, ?::cidr) ON CONFLICT DO"
                  + " NOTHING",
              node.value(),
              prefix.toString());
    }
  }

  /**
   * Takes a block back; unknown is answered alike, and a request that comes later finds its
   * gravestone.
   */
  public void release(String requestId) {
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          int _ =
              transaction.execute(
                  "INSERT INTO network.returned_lease (id, returned_at) VALUES (?, now()) ON"
                      + " CONFLICT DO NOTHING",
                  requestId);
          List<String> networks =
              transaction
                  .fetch("DELETE FROM network.lease WHERE id = ? RETURNING network", requestId)
                  .map(row -> row.get(0, String.class));
          networks.forEach(network -> Networks.forget(transaction, network));
        });
  }

  /** What a node holds, of all teams; to ask is a sign of life. */
  public List<Lease> held(NodeId node) {
    seen(database, node, List.of());
    return database
        .fetch(LEASES + "WHERE l.node = ? ORDER BY l.leased_at, l.id", node.value())
        .map(Leases::lease);
  }

  private static @Nullable Lease find(DSLContext transaction, String requestId) {
    Record row = transaction.fetchOne(LEASES + "WHERE l.id = ?", requestId);
    return row == null ? null : lease(row);
  }

  private static Lease lease(Record row) {
    Cidr subnet = Cidr.parse(row.get("subnet", String.class));
    Cidr block = Cidr.parse(row.get("block", String.class));
    String gateway = row.get("gateway", String.class);
    List<IpAddress> spokenFor =
        NetworkRecord.spokenFor(gateway, NetworkRecord.pairs(row.get("reserved", String.class)));
    BlockPlan plan = BlockPlan.of(subnet, subnet, block.length(), spokenFor);
    return new Lease(
        row.get("id", String.class),
        row.get("network", String.class),
        row.get("name", String.class),
        subnet.toString(),
        String.valueOf(gateway),
        block.toString(),
        plan.reservedIn(block).stream().map(IpAddress::toString).toList(),
        row.get("internal", Boolean.class),
        NetworkRecord.pairs(row.get("options", String.class)),
        row.get("removed_at") != null);
  }

  private static List<Cidr> prefixes(List<String> texts) {
    try {
      return texts.stream().map(Cidr::around).toList();
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
