package dev.gantry.log.index;

import static dev.gantry.log.db.Tables.CONTAINER;
import static dev.gantry.log.db.Tables.GAP;
import static dev.gantry.log.db.Tables.SOURCE;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.db.tables.records.ContainerRecord;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The containers whose output is here, and how far it is taken in. */
public final class Containers {
  private Containers() {}

  /**
   * Locks a container's row until the transaction ends, making it where it is new.
   *
   * @throws IllegalArgumentException where the container is another team's: a container never
   *     changes hands
   */
  public static Known lock(
      DSLContext transaction, ContainerId id, TeamId team, String node, Instant now) {
    transaction
        .insertInto(CONTAINER)
        .set(CONTAINER.ID, id.value())
        .set(CONTAINER.TEAM, team.value())
        .set(CONTAINER.NODE, node)
        .set(CONTAINER.VERSION, -1L)
        .set(CONTAINER.NEXT_LINE, 0L)
        .set(CONTAINER.FIRST_LINE, 0L)
        .set(CONTAINER.ENDED, false)
        .set(CONTAINER.SEEN_AT, at(now))
        .onConflictDoNothing()
        .execute();
    ContainerRecord row =
        transaction.selectFrom(CONTAINER).where(CONTAINER.ID.eq(id.value())).forUpdate().fetchOne();
    if (row == null) {
      throw new IllegalStateException("container " + id + " vanished");
    }
    if (!row.getTeam().equals(team.value())) {
      throw new IllegalArgumentException(
          "container " + id + " is of team " + row.getTeam() + ", not of " + team);
    }
    return known(row);
  }

  /** How far the container's log file on a node is taken in. */
  public static long offset(DSLContext transaction, ContainerId id, String node) {
    Long offset =
        transaction
            .select(SOURCE.NEXT_OFFSET)
            .from(SOURCE)
            .where(SOURCE.CONTAINER.eq(id.value()), SOURCE.NODE.eq(node))
            .fetchOne(SOURCE.NEXT_OFFSET);
    return offset == null ? 0 : offset;
  }

  public static void advance(DSLContext transaction, ContainerId id, String node, long nextOffset) {
    transaction
        .insertInto(SOURCE)
        .set(SOURCE.CONTAINER, id.value())
        .set(SOURCE.NODE, node)
        .set(SOURCE.NEXT_OFFSET, nextOffset)
        .onConflict(SOURCE.CONTAINER, SOURCE.NODE)
        .doUpdate()
        .set(SOURCE.NEXT_OFFSET, nextOffset)
        .execute();
  }

  public static void grow(
      DSLContext transaction,
      ContainerId id,
      String node,
      long nextLine,
      boolean ended,
      Instant now) {
    transaction
        .update(CONTAINER)
        .set(CONTAINER.NEXT_LINE, nextLine)
        .set(CONTAINER.ENDED, ended)
        .set(CONTAINER.NODE, node)
        .set(CONTAINER.SEEN_AT, at(now))
        .where(CONTAINER.ID.eq(id.value()))
        .execute();
  }

  public static void gap(DSLContext transaction, ContainerId id, Gap gap, Instant now) {
    transaction
        .insertInto(GAP)
        .values(id.value(), gap.beforeLine(), gap.from(), gap.to(), at(now))
        .onConflictDoNothing()
        .execute();
  }

  /** What a node says of a container. */
  public record Description(
      ContainerId id,
      TeamId team,
      String node,
      String nodeName,
      long version,
      @Nullable String name,
      @Nullable String image,
      Instant at) {}

  /**
   * Takes over names and images, making rows of new containers, unless what is known is newer. In
   * the order in which they are given, which has to be that of ids.
   *
   * @throws IllegalArgumentException where one is another team's: a container never changes hands
   */
  public static void describe(DSLContext transaction, List<Description> descriptions) {
    if (descriptions.isEmpty()) {
      return;
    }
    var rows = transaction.batch(upsert(transaction));
    for (Description of : descriptions) {
      rows =
          rows.bind(
              of.id().value(),
              of.team().value(),
              of.node(),
              of.nodeName(),
              of.version(),
              of.name(),
              of.image(),
              at(of.at()),
              0L,
              0L,
              false);
    }
    int[] written = rows.execute();
    for (int i = 0; i < written.length; i++) {
      Description of = descriptions.get(i);
      if (written[i] == 0 && find(transaction, of.id(), of.team()).isEmpty()) {
        throw new IllegalArgumentException("container " + of.id() + " is not of team " + of.team());
      }
    }
  }

  private static Query upsert(DSLContext transaction) {
    return transaction
        .insertInto(
            CONTAINER,
            CONTAINER.ID,
            CONTAINER.TEAM,
            CONTAINER.NODE,
            CONTAINER.NODE_NAME,
            CONTAINER.VERSION,
            CONTAINER.NAME,
            CONTAINER.IMAGE,
            CONTAINER.SEEN_AT,
            CONTAINER.NEXT_LINE,
            CONTAINER.FIRST_LINE,
            CONTAINER.ENDED)
        .values((String) null, null, null, null, null, null, null, null, null, null, null)
        .onConflict(CONTAINER.ID)
        .doUpdate()
        .set(CONTAINER.VERSION, DSL.excluded(CONTAINER.VERSION))
        .set(CONTAINER.NAME, DSL.excluded(CONTAINER.NAME))
        .set(CONTAINER.IMAGE, DSL.excluded(CONTAINER.IMAGE))
        .set(CONTAINER.NODE_NAME, DSL.excluded(CONTAINER.NODE_NAME))
        .where(
            CONTAINER.VERSION.lt(DSL.excluded(CONTAINER.VERSION)),
            CONTAINER.TEAM.eq(DSL.excluded(CONTAINER.TEAM)));
  }

  public static void removed(DSLContext transaction, String id, Instant at) {
    transaction
        .update(CONTAINER)
        .set(CONTAINER.REMOVED_AT, at(at))
        .where(CONTAINER.ID.eq(id), CONTAINER.REMOVED_AT.isNull())
        .execute();
  }

  /** The container, if it is the team's; another team's is as absent. */
  public static Optional<Known> find(DSLContext database, ContainerId id, TeamId team) {
    return database
        .selectFrom(CONTAINER)
        .where(CONTAINER.ID.eq(id.value()), CONTAINER.TEAM.eq(team.value()))
        .fetchOptional(Containers::known);
  }

  /** Those that are there, by their ids. */
  public static Map<String, Known> find(DSLContext database, Collection<String> ids) {
    Map<String, Known> found = new HashMap<>();
    database
        .selectFrom(CONTAINER)
        .where(CONTAINER.ID.eq(DSL.any(ids.toArray(String[]::new))))
        .forEach(row -> found.put(row.getId(), known(row)));
    return found;
  }

  /** The gaps in front of lines in a range. */
  public static List<Gap> gaps(DSLContext database, String id, long from, long to) {
    return database
        .selectFrom(GAP)
        .where(GAP.CONTAINER.eq(id), GAP.BEFORE_LINE.ge(from), GAP.BEFORE_LINE.lt(to))
        .orderBy(GAP.BEFORE_LINE, GAP.MISSING_FROM)
        .fetch(gap -> new Gap(gap.getBeforeLine(), gap.getMissingFrom(), gap.getMissingTo()));
  }

  static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Known known(ContainerRecord row) {
    OffsetDateTime removed = row.getRemovedAt();
    return new Known(
        row.getId(),
        row.getTeam(),
        row.getName(),
        row.getImage(),
        row.getNode(),
        row.getNodeName(),
        row.getFirstLine(),
        row.getNextLine(),
        row.getEnded(),
        removed == null ? null : removed.toInstant());
  }
}
