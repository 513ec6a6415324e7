package dev.gantry.image.rule;

import static dev.gantry.image.db.Tables.IMMUTABLE_TAG;
import static dev.gantry.image.db.Tables.RETENTION_RULE;

import dev.gantry.engine.TeamId;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.TagPattern;
import java.util.LinkedHashSet;
import java.util.List;
import org.jooq.DSLContext;

/** The rows of the rules that teams have set. */
public final class RuleRows {
  private RuleRows() {}

  public static TagRules of(DSLContext db, TeamId team) {
    List<TagRules.Retention> retention =
        db.selectFrom(RETENTION_RULE)
            .where(RETENTION_RULE.TEAM.eq(team.value()))
            .orderBy(RETENTION_RULE.POSITION)
            .fetch(
                row ->
                    new TagRules.Retention(
                        new RepositoryPattern(row.get(RETENTION_RULE.REPOSITORY)),
                        new TagPattern(row.get(RETENTION_RULE.TAG)),
                        row.get(RETENTION_RULE.KEEP),
                        row.get(RETENTION_RULE.DAYS)));
    return new TagRules(immutable(db, team).immutable(), retention);
  }

  /** Those that are asked at each change of a tag, alone. */
  public static TagRules immutable(DSLContext db, TeamId team) {
    return new TagRules(
        db.selectFrom(IMMUTABLE_TAG)
            .where(IMMUTABLE_TAG.TEAM.eq(team.value()))
            .orderBy(IMMUTABLE_TAG.REPOSITORY, IMMUTABLE_TAG.TAG)
            .fetch(
                row ->
                    new TagRules.Immutable(
                        new RepositoryPattern(row.get(IMMUTABLE_TAG.REPOSITORY)),
                        new TagPattern(row.get(IMMUTABLE_TAG.TAG)))),
        List.of());
  }

  /** Puts the rules in the place of those that were. The transaction holds the team's lock. */
  public static void set(DSLContext tx, TeamId team, TagRules rules) {
    int _ = tx.deleteFrom(IMMUTABLE_TAG).where(IMMUTABLE_TAG.TEAM.eq(team.value())).execute();
    int _ = tx.deleteFrom(RETENTION_RULE).where(RETENTION_RULE.TEAM.eq(team.value())).execute();
    for (TagRules.Immutable rule : new LinkedHashSet<>(rules.immutable())) {
      int _ =
          tx.insertInto(IMMUTABLE_TAG)
              .set(IMMUTABLE_TAG.TEAM, team.value())
              .set(IMMUTABLE_TAG.REPOSITORY, rule.repository().value())
              .set(IMMUTABLE_TAG.TAG, rule.tag().value())
              .execute();
    }
    int position = 0;
    for (TagRules.Retention rule : rules.retention()) {
      int _ =
          tx.insertInto(RETENTION_RULE)
              .set(RETENTION_RULE.TEAM, team.value())
              .set(RETENTION_RULE.POSITION, position++)
              .set(RETENTION_RULE.REPOSITORY, rule.repository().value())
              .set(RETENTION_RULE.TAG, rule.tag().value())
              .set(RETENTION_RULE.KEEP, rule.keep())
              .set(RETENTION_RULE.DAYS, rule.days())
              .execute();
    }
  }

  /** The teams whose tags go by themselves. */
  public static List<TeamId> teamsWithRetention(DSLContext db) {
    return db.selectDistinct(RETENTION_RULE.TEAM)
        .from(RETENTION_RULE)
        .orderBy(RETENTION_RULE.TEAM)
        .fetch(row -> new TeamId(row.value1()));
  }
}
