package dev.gantry.image.quota;

import static dev.gantry.image.db.Tables.BLOB;
import static dev.gantry.image.db.Tables.TEAM_BLOB;
import static dev.gantry.image.db.Tables.TEAM_USAGE;
import static dev.gantry.image.db.Tables.UPLOAD;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.rule.RuleException;
import dev.gantry.image.rule.RuleException.Rule;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that teams have: of the blobs that their images and repositories name, each once, and
 * of uploads that are not finished. The blobs are rows and their sum is one, which is changed with
 * them: a push costs the same however much there is.
 *
 * <p>The sum's row is the lock of those who add. It comes after the locks of team, store and blobs'
 * rows, so that nobody who has it waits for any of them.
 */
public final class Usage {
  /** Of what is named no more; the collector alone is in the store meanwhile. */
  private static final String RELEASE =
      """
      with gone as (
        delete from team_blob where not exists (
          select from named_blob
          where named_blob.team = team_blob.team and named_blob.digest = team_blob.digest)
        returning team, size)
      update team_usage set bytes = team_usage.bytes - freed.bytes
        from (select team, sum(size) as bytes from gone group by team) freed
        where freed.team = team_usage.team
      """;

  private Usage() {}

  /**
   * What a team has.
   *
   * @param used bytes of blobs
   * @param arriving bytes of uploads that are not finished
   * @param allowed bytes of both; null for no limit
   */
  public record Report(TeamId team, long used, long arriving, @Nullable Long allowed) {
    Optional<Long> left() {
      return Optional.ofNullable(allowed).map(most -> most - used - arriving);
    }

    void require(long more) {
      if (allowed != null && more > allowed - used - arriving) {
        throw new RuleException(
            Rule.QUOTA,
            "quota exceeded: team %s may have %d bytes and uses %d%s; this takes %s"
                .formatted(
                    team,
                    allowed,
                    used,
                    arriving == 0 ? "" : ", with " + arriving + " in unfinished uploads",
                    more == Long.MAX_VALUE ? "more" : more + " more"));
      }
    }
  }

  public static Report of(DSLContext db, TeamId team) {
    long used =
        db.select(TEAM_USAGE.BYTES)
            .from(TEAM_USAGE)
            .where(TEAM_USAGE.TEAM.eq(team.value()))
            .fetchOptional(TEAM_USAGE.BYTES)
            .orElse(0L);
    return new Report(team, used, arriving(db, team, ""), Quotas.of(db, team).orElse(null));
  }

  /** Of all uploads but one; a team's are few. */
  private static long arriving(DSLContext db, TeamId team, String but) {
    return db.select(coalesce(sum(UPLOAD.BYTES), BigDecimal.ZERO))
        .from(UPLOAD)
        .where(UPLOAD.TEAM.eq(team.value()))
        .and(UPLOAD.ID.ne(but))
        .fetchSingle(row -> row.value1().longValueExact());
  }

  /** Refuses what the team has no room for, before any of it is fetched. */
  public static void require(DSLContext db, TeamId team, long more) {
    of(db, team).require(more);
  }

  /**
   * Counts blobs, which have rows, as the team's from now on. To be called behind all that adds
   * blobs' rows, and once in a transaction.
   */
  public static void charge(DSLContext tx, TeamId team, Collection<Digest> blobs) {
    long added =
        tx
            .insertInto(TEAM_BLOB, TEAM_BLOB.TEAM, TEAM_BLOB.DIGEST, TEAM_BLOB.SIZE)
            .select(
                select(val(team.value()), BLOB.DIGEST, BLOB.SIZE)
                    .from(BLOB)
                    .where(BLOB.DIGEST.in(blobs.stream().map(Digest::value).toList()))
                    // Always in the same order, so that two of a team do not wait in a circle.
                    .orderBy(BLOB.DIGEST))
            .onConflictDoNothing()
            .returning(TEAM_BLOB.SIZE)
            .fetch(TEAM_BLOB.SIZE)
            .stream()
            .mapToLong(size -> size)
            .sum();
    if (added == 0) {
      return;
    }
    long before = lock(tx, team);
    new Report(team, before, arriving(tx, team, ""), Quotas.of(tx, team).orElse(null))
        .require(added);
    int _ =
        tx.update(TEAM_USAGE)
            .set(TEAM_USAGE.BYTES, before + added)
            .where(TEAM_USAGE.TEAM.eq(team.value()))
            .execute();
  }

  /** The sum, which nobody else changes until the transaction ends. */
  private static long lock(DSLContext tx, TeamId team) {
    int _ =
        tx.insertInto(TEAM_USAGE, TEAM_USAGE.TEAM, TEAM_USAGE.BYTES)
            .values(team.value(), 0L)
            .onConflictDoNothing()
            .execute();
    return tx.select(TEAM_USAGE.BYTES)
        .from(TEAM_USAGE)
        .where(TEAM_USAGE.TEAM.eq(team.value()))
        .forUpdate()
        .fetchSingle(Record1::value1);
  }

  /** Takes off what no team's names lead to any more. */
  public static void release(DSLContext tx) {
    int _ = tx.execute(RELEASE);
  }

  /**
   * Promises an upload as many bytes as there is room for, so that those that come at the same time
   * have them but once.
   *
   * @param needed bytes that it has to be allowed
   * @param wanted bytes that it is promised at most
   * @return how many it may have
   */
  public static long promise(DSLContext db, TeamId team, UUID upload, long needed, long wanted) {
    if (Quotas.of(db, team).isEmpty()) {
      return Long.MAX_VALUE;
    }
    return db.transactionResult(
        configuration -> {
          DSLContext tx = DSL.using(configuration);
          long used = lock(tx, team);
          Report report =
              new Report(
                  team,
                  used,
                  arriving(tx, team, upload.toString()),
                  Quotas.of(tx, team).orElse(null));
          report.require(needed);
          long promised = Math.min(wanted, report.left().orElse(wanted));
          int _ =
              tx.update(UPLOAD)
                  .set(UPLOAD.BYTES, promised)
                  .where(UPLOAD.ID.eq(upload.toString()))
                  .execute();
          return promised;
        });
  }

  static boolean has(DSLContext db, TeamId team, Digest blob) {
    return db.fetchExists(
        TEAM_BLOB, TEAM_BLOB.TEAM.eq(team.value()).and(TEAM_BLOB.DIGEST.eq(blob.value())));
  }

  /** The size of the team's largest blob. */
  static long largest(DSLContext db, TeamId team) {
    return db.select(TEAM_BLOB.SIZE)
        .from(TEAM_BLOB)
        .where(TEAM_BLOB.TEAM.eq(team.value()))
        .orderBy(TEAM_BLOB.SIZE.desc())
        .limit(1)
        .fetchOptional(TEAM_BLOB.SIZE)
        .orElse(0L);
  }
}
