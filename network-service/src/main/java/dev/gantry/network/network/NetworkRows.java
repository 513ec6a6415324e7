package dev.gantry.network.network;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.network.plan.Cidr;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The table of networks. */
final class NetworkRows {
  private static final String COLUMNS =
      "SELECT id, team, name, driver, predefined, subnet::text AS subnet, ip_range::text AS"
          + " ip_range, gateway, block_prefix, internal, attachable, labels, options, reserved,"
          + " created_at, version FROM network.network ";

  private NetworkRows() {}

  /** The networks of a team, by name. */
  static List<NetworkRecord> of(DSLContext database, TeamId team) {
    return database
        .fetch(COLUMNS + "WHERE team = ? AND removed_at IS NULL ORDER BY name", team.value())
        .map(NetworkRows::record);
  }

  static Optional<NetworkRecord> named(DSLContext database, TeamId team, String name) {
    Record row =
        database.fetchOne(
            COLUMNS + "WHERE team = ? AND name = ? AND removed_at IS NULL", team.value(), name);
    return Optional.ofNullable(row).map(NetworkRows::record);
  }

  /** Every subnet that a network or a host has, whosever it is. */
  static List<Cidr> taken(DSLContext database) {
    List<Cidr> taken = new ArrayList<>();
    database
        .fetch(
            "SELECT subnet::text FROM network.network WHERE subnet IS NOT NULL UNION SELECT"
                + " prefix::text FROM network.host_prefix")
        .forEach(row -> taken.add(Cidr.parse(row.get(0, String.class))));
    return taken;
  }

  static void insert(DSLContext transaction, NetworkRecord network) {
    int _ =
        transaction.execute(
            "INSERT INTO network.network (id, team, name, driver, predefined, subnet, ip_range,"
                + " gateway, block_prefix, internal, attachable, labels, options, reserved,"
                + " created_at, version) VALUES (?, ?, ?, ?, ?, ?::cidr, ?::cidr, ?, ?, ?, ?, ?, ?,"
                + " ?, ?::timestamptz, ?)",
            network.id(),
            network.team().value(),
            network.name(),
            network.driver(),
            network.predefined(),
            network.subnet(),
            network.range(),
            network.gateway(),
            network.blockLength(),
            network.internal(),
            network.attachable(),
            EngineJson.MAPPER.writeValueAsString(network.labels()),
            EngineJson.MAPPER.writeValueAsString(network.options()),
            EngineJson.MAPPER.writeValueAsString(network.reserved()),
            network.createdAt().atOffset(ZoneOffset.UTC),
            network.version());
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
        row.get("ip_range", String.class),
        row.get("gateway", String.class),
        blockPrefix == null ? 0 : blockPrefix,
        row.get("internal", Boolean.class),
        row.get("attachable", Boolean.class),
        NetworkRecord.pairs(row.get("labels", String.class)),
        NetworkRecord.pairs(row.get("options", String.class)),
        NetworkRecord.pairs(row.get("reserved", String.class)),
        row.get("created_at", OffsetDateTime.class).toInstant(),
        row.get("version", Long.class));
  }
}
