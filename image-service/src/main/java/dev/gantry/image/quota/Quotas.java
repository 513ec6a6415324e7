package dev.gantry.image.quota;

import static dev.gantry.image.db.Tables.QUOTA;
import static dev.gantry.image.db.Tables.TEAM_USAGE;

import dev.gantry.engine.TeamId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** How many bytes teams may have, as the operator has set it. */
public final class Quotas {
  /** In place of a team: all that have no quota of their own. It is no team's name. */
  private static final String OTHERS = "*";

  private Quotas() {}

  /**
   * Of all teams.
   *
   * @param others what teams may have that have no quota of their own; null for no limit
   */
  public record Overview(@Nullable Long others, List<Usage.Report> teams) {}

  /** Empty for a team without limit. */
  static Optional<Long> of(DSLContext db, TeamId team) {
    return db.select(QUOTA.BYTES)
        .from(QUOTA)
        .where(QUOTA.TEAM.in(team.value(), OTHERS))
        .orderBy(QUOTA.TEAM.eq(OTHERS))
        .limit(1)
        .fetchOptional(QUOTA.BYTES);
  }

  /**
   * Sets a team's own, or without a team that of all others.
   *
   * @param bytes null for no limit
   */
  public static void set(DSLContext db, Optional<TeamId> team, @Nullable Long bytes) {
    int _ =
        db.insertInto(QUOTA, QUOTA.TEAM, QUOTA.BYTES)
            .values(team.map(TeamId::value).orElse(OTHERS), bytes)
            .onConflict(QUOTA.TEAM)
            .doUpdate()
            .set(QUOTA.BYTES, bytes)
            .execute();
  }

  /** Takes a team's own away; from then on it is one of the others. */
  public static void unset(DSLContext db, TeamId team) {
    int _ = db.deleteFrom(QUOTA).where(QUOTA.TEAM.eq(team.value())).execute();
  }

  /** Every team that has something, or a quota of its own. */
  public static Overview all(DSLContext db) {
    Map<String, Long> own = db.selectFrom(QUOTA).fetchMap(QUOTA.TEAM, QUOTA.BYTES);
    TreeSet<String> teams = new TreeSet<>(own.keySet());
    teams.addAll(db.select(TEAM_USAGE.TEAM).from(TEAM_USAGE).fetch(TEAM_USAGE.TEAM));
    boolean _ = teams.remove(OTHERS);
    return new Overview(
        own.get(OTHERS), teams.stream().map(team -> Usage.of(db, new TeamId(team))).toList());
  }
}
