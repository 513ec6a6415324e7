package dev.gantry.gateway.names;

import static dev.gantry.gateway.db.Tables.PLACEMENT;
import static dev.gantry.gateway.db.Tables.TEAM;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.db.tables.records.PlacementRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;

/** The names of containers and the nodes that they were given to: the row is the lock. */
public final class Placements {
  private final Database database;
  private final Set<TeamId> teams = ConcurrentHashMap.newKeySet();

  public Placements(Database database) {
    this.database = database;
  }

  /** One container's name and node. */
  public record Claim(ContainerId container, TeamId team, String name, NodeId node, Instant at) {}

  /** What became of a try for a name. */
  public sealed interface Outcome {
    record Claimed() implements Outcome {}

    record Taken(Claim by) implements Outcome {}
  }

  /** Tries for a name, once; {@code Taken} tells who has it. */
  public Outcome claim(Claim wanted) {
    return database.run(
        jooq -> {
          enter(jooq, wanted.team());
          while (true) {
            int inserted =
                jooq.insertInto(PLACEMENT)
                    .set(PLACEMENT.CONTAINER, wanted.container().value())
                    .set(PLACEMENT.TEAM, wanted.team().value())
                    .set(PLACEMENT.NAME, wanted.name())
                    .set(PLACEMENT.NODE, wanted.node().value())
                    .set(PLACEMENT.CREATED_AT, wanted.at().atOffset(ZoneOffset.UTC))
                    .onConflict(PLACEMENT.TEAM, PLACEMENT.NAME)
                    .doNothing()
                    .execute();
            if (inserted == 1) {
              return new Outcome.Claimed();
            }
            PlacementRecord holder =
                jooq.selectFrom(PLACEMENT)
                    .where(PLACEMENT.TEAM.eq(wanted.team().value()))
                    .and(PLACEMENT.NAME.eq(wanted.name()))
                    .fetchOne();
            if (holder != null) {
              return new Outcome.Taken(claim(holder));
            }
            // Whoever had it has just let go: try again.
          }
        });
  }

  private void enter(DSLContext jooq, TeamId team) {
    if (!teams.contains(team)) {
      jooq.insertInto(TEAM).set(TEAM.ID, team.value()).onConflictDoNothing().execute();
      teams.add(team);
    }
  }

  /** Gives a container another name; {@code Taken} where another container has it. */
  public Outcome rename(Claim renamed) {
    return database.run(
        jooq -> {
          enter(jooq, renamed.team());
          PlacementRecord holder =
              jooq.selectFrom(PLACEMENT)
                  .where(PLACEMENT.TEAM.eq(renamed.team().value()))
                  .and(PLACEMENT.NAME.eq(renamed.name()))
                  .fetchOne();
          if (holder != null && !holder.getContainer().equals(renamed.container().value())) {
            return new Outcome.Taken(claim(holder));
          }
          jooq.insertInto(PLACEMENT)
              .set(PLACEMENT.CONTAINER, renamed.container().value())
              .set(PLACEMENT.TEAM, renamed.team().value())
              .set(PLACEMENT.NAME, renamed.name())
              .set(PLACEMENT.NODE, renamed.node().value())
              .onConflict(PLACEMENT.CONTAINER)
              .doUpdate()
              .set(PLACEMENT.NAME, renamed.name())
              .execute();
          return new Outcome.Claimed();
        });
  }

  /** Lets go of a container's name. */
  public void release(ContainerId container) {
    database.run(
        jooq ->
            jooq.deleteFrom(PLACEMENT).where(PLACEMENT.CONTAINER.eq(container.value())).execute());
  }

  /** What is known of a container. */
  Optional<Claim> find(ContainerId container) {
    return database.run(
        jooq ->
            jooq.selectFrom(PLACEMENT)
                .where(PLACEMENT.CONTAINER.eq(container.value()))
                .fetchOptional(Placements::claim));
  }

  /** Those that were claimed before a time. */
  public List<Claim> before(Instant time) {
    return database.run(
        jooq ->
            jooq.selectFrom(PLACEMENT)
                .where(PLACEMENT.CREATED_AT.lt(time.atOffset(ZoneOffset.UTC)))
                .fetch(Placements::claim));
  }

  private static Claim claim(PlacementRecord row) {
    return new Claim(
        new ContainerId(row.getContainer()),
        new TeamId(row.getTeam()),
        row.getName(),
        new NodeId(row.getNode()),
        row.getCreatedAt().toInstant());
  }
}
