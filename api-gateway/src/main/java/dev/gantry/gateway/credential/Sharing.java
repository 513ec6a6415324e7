package dev.gantry.gateway.credential;

import static dev.gantry.gateway.db.Tables.SHARED_REPOSITORY;
import static dev.gantry.gateway.db.Tables.TEAM;

import dev.gantry.engine.TeamId;
import dev.gantry.gateway.names.Database;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.SharedRepositories;
import java.util.List;
import org.jooq.DSLContext;

/** What teams let everybody pull. */
public final class Sharing {
  private final Database database;

  public Sharing(Database database) {
    this.database = database;
  }

  List<RepositoryPattern> of(TeamId team) {
    return all().stream()
        .filter(shared -> shared.team().equals(team))
        .findFirst()
        .map(SharedRepositories::repositories)
        .orElse(List.of());
  }

  /** Puts the patterns in the place of those that were. */
  void set(TeamId team, List<RepositoryPattern> patterns) {
    database.run(
        jooq ->
            jooq.transactionResult(
                configuration -> {
                  DSLContext tx = configuration.dsl();
                  tx.insertInto(TEAM).set(TEAM.ID, team.value()).onConflictDoNothing().execute();
                  tx.select(TEAM.ID).from(TEAM).where(TEAM.ID.eq(team.value())).forUpdate().fetch();
                  tx.deleteFrom(SHARED_REPOSITORY)
                      .where(SHARED_REPOSITORY.TEAM.eq(team.value()))
                      .execute();
                  for (RepositoryPattern pattern : patterns) {
                    tx.insertInto(SHARED_REPOSITORY)
                        .set(SHARED_REPOSITORY.TEAM, team.value())
                        .set(SHARED_REPOSITORY.PATTERN, pattern.value())
                        .onConflictDoNothing()
                        .execute();
                  }
                  return patterns.size();
                }));
  }

  /** Of all teams. */
  List<SharedRepositories> all() {
    return database.run(
        jooq ->
            jooq
                .selectFrom(SHARED_REPOSITORY)
                .orderBy(SHARED_REPOSITORY.TEAM, SHARED_REPOSITORY.PATTERN)
                .fetchGroups(SHARED_REPOSITORY.TEAM, SHARED_REPOSITORY.PATTERN)
                .entrySet()
                .stream()
                .map(
                    team ->
                        new SharedRepositories(
                            new TeamId(team.getKey()),
                            team.getValue().stream().map(RepositoryPattern::new).toList()))
                .toList());
  }
}
