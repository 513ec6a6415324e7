package dev.gantry.network.network;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.network.plan.Cidr;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** The table of networks. */
final class NetworkRows {
  private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};
  private static final String COLUMNS =
      "SELECT id, team, name, driver, predefined, subnet::text AS subnet, ip_range::text AS"
          + " ip_range, gateway, block_prefix, internal, attachable, labels, options, reserved,"
          + " created_at, version FROM network.network ";

  private NetworkRows() {}

  /** What is to become a row. */
  record Draft(
      String id,
      TeamId team,
      String name,
      String driver,
      boolean predefined,
      @Nullable String subnet,
      @Nullable String range,
      @Nullable String gateway,
      int blockLength,
      boolean internal,
      boolean attachable,
      Map<String, String> labels,
      Map<String, String> options,
      Map<String, String> reserved) {}

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

  static NetworkRecord insert(DSLContext transaction, Draft draft) {
    int _ =
        transaction.execute(
            "INSERT INTO network.network (id, team, name, driver, predefined, subnet, ip_range,"
                + " gateway, block_prefix, internal, attachable, labels, options, reserved,"
                + " created_at, version) VALUES (?, ?, ?, ?, ?, ?::cidr, ?::cidr, ?, ?, ?, ?, ?, ?,"
                + " ?, now(), 1)",
            draft.id(),
            draft.team().value(),
            draft.name(),
            draft.driver(),
            draft.predefined(),
            draft.subnet(),
            draft.range(),
            draft.gateway(),
            draft.blockLength(),
            draft.internal(),
            draft.attachable(),
            EngineJson.MAPPER.writeValueAsString(draft.labels()),
            EngineJson.MAPPER.writeValueAsString(draft.options()),
            EngineJson.MAPPER.writeValueAsString(draft.reserved()));
    Record made = transaction.fetchOne(COLUMNS + "WHERE id = ?", draft.id());
    if (made == null) {
      throw new IllegalStateException("network " + draft.id() + " is not there after its insert");
    }
    return record(made);
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
        pairs(row.get("labels", String.class)),
        pairs(row.get("options", String.class)),
        pairs(row.get("reserved", String.class)),
        row.get("created_at", OffsetDateTime.class).toInstant(),
        row.get("version", Long.class));
  }

  /** Reads what a row keeps as JSON. */
  static Map<String, String> pairs(String json) {
    return EngineJson.MAPPER.readValue(json, PAIRS);
  }
}
