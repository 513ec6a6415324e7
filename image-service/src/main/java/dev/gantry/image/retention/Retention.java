package dev.gantry.image.retention;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.TeamLock;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.removal.Collector;
import dev.gantry.image.rule.RuleRows;
import dev.gantry.image.rule.TagRules;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Takes away the tags that their team's rules do not keep, a few in each transaction. */
public final class Retention {
  private static final int STEP = 50;
  private static final String BY_RULE = "retention rule";

  private final DSLContext database;
  private final Collector collector;
  private final ImageEvents events;
  private final ImageUses uses;
  private final InstantSource clock;

  /** Knows which images of a team containers use. */
  @FunctionalInterface
  public interface ImageUses {
    Set<String> of(TeamId team);
  }

  public Retention(
      DSLContext database,
      Collector collector,
      ImageEvents events,
      ImageUses uses,
      InstantSource clock) {
    this.database = database;
    this.collector = collector;
    this.events = events;
    this.uses = uses;
    this.clock = clock;
  }

  /** A tag that goes. */
  public record Going(String name, Digest digest, Instant tagged) {}

  /** What would go now by these rules of retention; immutable tags are as they are ruled. */
  public List<Going> preview(TeamId team, List<TagRules.Retention> rules) {
    TagRules all = new TagRules(RuleRows.immutable(database, team).immutable(), rules);
    Set<String> used = uses.of(team);
    List<Going> going = new ArrayList<>();
    for (String repository : TaggedManifest.repositories(database, team)) {
      RetentionPlan.of(all, TaggedManifest.of(database, team, repository), used, clock.instant())
          .forEach(
              tag -> going.add(new Going(tag.name().familiar(), tag.manifest(), tag.tagged())));
    }
    return going;
  }

  /** Of all teams. */
  public void sweep() throws IOException {
    for (TeamId team : RuleRows.teamsWithRetention(database)) {
      sweep(team);
    }
  }

  /** Of one team. */
  void sweep(TeamId team) throws IOException {
    int gone = 0;
    for (String repository : TaggedManifest.repositories(database, team)) {
      gone += expire(team, repository);
    }
    collect(gone);
  }

  /** Of one repository; nothing where its team has no rules. */
  public void sweep(TeamId team, String repository) throws IOException {
    if (!RuleRows.of(database, team).retention().isEmpty()) {
      collect(expire(team, repository));
    }
  }

  private void collect(int gone) throws IOException {
    if (gone > 0) {
      long _ = collector.collect();
    }
  }

  private int expire(TeamId team, String repository) {
    int gone = 0;
    int step;
    do {
      step = expireSome(team, repository);
      gone += step;
    } while (step == STEP);
    return gone;
  }

  private int expireSome(TeamId team, String repository) {
    // Without that nothing may go, and nobody is asked for it where nothing would.
    if (plan(database, team, repository, Set.of()).isEmpty()) {
      return 0;
    }
    Set<String> used = uses.of(team);
    return database.transactionResult(
        configuration -> {
          DSLContext tx = DSL.using(configuration);
          TeamLock.take(tx, team);
          List<TaggedManifest> going =
              plan(tx, team, repository, used).stream().limit(STEP).toList();
          Expiry expiry = new Expiry(tx, events, new Actor(team, BY_RULE), used, clock.instant());
          going.forEach(expiry::untag);
          return going.size();
        });
  }

  private List<TaggedManifest> plan(
      DSLContext db, TeamId team, String repository, Set<String> used) {
    return RetentionPlan.of(
        RuleRows.of(db, team), TaggedManifest.of(db, team, repository), used, clock.instant());
  }
}
