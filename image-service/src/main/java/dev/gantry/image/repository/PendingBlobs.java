package dev.gantry.image.repository;

import static dev.gantry.image.db.Tables.PENDING_BLOB;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.quota.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * The blobs that a push has brought, mounted or asked for: they stay in the repository for a while
 * although no manifest names them yet, so that the one that comes finds them.
 */
public final class PendingBlobs {
  private PendingBlobs() {}

  /**
   * Notes it, and counts it as the team's. The caller's transaction holds the lock of the store,
   * and the blob has a row.
   */
  public static void ask(DSLContext tx, Space space, Digest blob, Instant now) {
    Usage.charge(tx, space.team(), List.of(blob));
    tx.insertInto(
            PENDING_BLOB,
            PENDING_BLOB.TEAM,
            PENDING_BLOB.REPOSITORY,
            PENDING_BLOB.DIGEST,
            PENDING_BLOB.ASKED_AT)
        .values(space.teamName(), space.repository(), blob.value(), now)
        .onConflict(PENDING_BLOB.TEAM, PENDING_BLOB.REPOSITORY, PENDING_BLOB.DIGEST)
        .doUpdate()
        .set(PENDING_BLOB.ASKED_AT, now)
        .execute();
  }

  /**
   * Notes, for {@code into}, a blob that {@code from} has, and answers its size; the two may be the
   * same.
   */
  public static Optional<Long> askFor(
      DSLContext db, Space from, Space into, Digest blob, Instant now) {
    return db.transactionResult(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          StoreLock.NAMING.take(transaction);
          Optional<Long> size = Repositories.blob(transaction, from, blob);
          size.ifPresent(_ -> ask(transaction, into, blob, now));
          return size;
        });
  }

  /** Notes a blob that the team has somewhere; false where it has none. */
  public static boolean adopt(DSLContext db, Space into, Digest blob, Instant now) {
    return db.transactionResult(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          StoreLock.NAMING.take(transaction);
          boolean has =
              Repositories.having(transaction, into.team(), blob).isPresent()
                  || Images.mayRead(transaction, into.team(), blob);
          if (has) {
            ask(transaction, into, blob, now);
          }
          return has;
        });
  }

  /** Forgets one; false where there was none. */
  static boolean forget(DSLContext tx, Space space, Digest blob) {
    return tx.deleteFrom(PENDING_BLOB)
            .where(PENDING_BLOB.TEAM.eq(space.teamName()))
            .and(PENDING_BLOB.REPOSITORY.eq(space.repository()))
            .and(PENDING_BLOB.DIGEST.eq(blob.value()))
            .execute()
        > 0;
  }

  /** Forgets those that nobody has asked for since; how many they were. */
  public static int expire(DSLContext db, Instant before) {
    return db.deleteFrom(PENDING_BLOB).where(PENDING_BLOB.ASKED_AT.lt(before)).execute();
  }
}
