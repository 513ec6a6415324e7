package dev.gantry.image.bucket;

import static dev.gantry.image.db.Tables.BLOB;
import static dev.gantry.image.db.Tables.BUCKET_OBJECT;
import static dev.gantry.image.db.Tables.OBJECT_HOLD;

import dev.gantry.engine.Digest;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * What the database knows of objects. One rule decides: an object stays while a blob has it or
 * somebody holds it. Foreign keys keep it, so that no clock and no freeze of a process can break
 * it: a holder who was silent for too long cannot name what is gone, but is told so.
 */
final class ObjectRows {
  /** For how long a hold is good after its holder has told that it lives. */
  private static final Field<java.time.Instant> LATER =
      DSL.field("now() + interval '1 minute'", java.time.Instant.class);

  private final DSLContext database;
  private final String holder;

  ObjectRows(DSLContext database, String holder) {
    this.database = database;
    this.holder = holder;
  }

  /** A blob's object. */
  record Stored(String object, long size) {}

  /** An object that stays until its hold is released. */
  record Held(UUID hold, String object, long size) {}

  Optional<Stored> find(Digest digest) {
    return database
        .select(BLOB.OBJECT, BLOB.SIZE)
        .from(BLOB)
        .where(BLOB.DIGEST.eq(digest.value()))
        .and(BLOB.OBJECT.isNotNull())
        .fetchOptional(row -> new Stored(row.value1(), row.value2()));
  }

  /** Holds the object that a blob has; empty where there is none. */
  Optional<Held> hold(Digest digest) {
    return find(digest).flatMap(this::hold);
  }

  private Optional<Held> hold(Stored stored) {
    UUID hold = UUID.randomUUID();
    // The lock lets whoever removes the object go first, or wait and see the hold.
    int held =
        database
            .insertInto(
                OBJECT_HOLD,
                OBJECT_HOLD.ID,
                OBJECT_HOLD.OBJECT,
                OBJECT_HOLD.HOLDER,
                OBJECT_HOLD.UNTIL)
            .select(
                DSL.select(DSL.val(hold.toString()), BUCKET_OBJECT.NAME, DSL.val(holder), LATER)
                    .from(BUCKET_OBJECT)
                    .where(BUCKET_OBJECT.NAME.eq(stored.object()))
                    .forKeyShare())
            .execute();
    return held == 0
        ? Optional.empty()
        : Optional.of(new Held(hold, stored.object(), stored.size()));
  }

  /** Names an object that will be put, and holds it. */
  Held announce(Digest digest, long size) {
    String name = ObjectName.fresh(digest);
    return database.transactionResult(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          transaction.insertInto(BUCKET_OBJECT, BUCKET_OBJECT.NAME).values(name).execute();
          return new ObjectRows(transaction, holder).hold(new Stored(name, size)).orElseThrow();
        });
  }

  /** Lets a blob that has a row and no object have this one; false where the hold is over. */
  static boolean give(DSLContext transaction, Digest digest, Held held) {
    boolean good =
        transaction
            .selectOne()
            .from(OBJECT_HOLD)
            .where(OBJECT_HOLD.ID.eq(held.hold().toString()))
            .forShare()
            .fetchOptional()
            .isPresent();
    if (good) {
      transaction
          .update(BLOB)
          .set(BLOB.OBJECT, held.object())
          .where(BLOB.DIGEST.eq(digest.value()))
          .and(BLOB.OBJECT.isNull())
          .execute();
    }
    return good;
  }

  /** Tells that these go on. */
  void renew(Collection<UUID> holds) {
    if (!holds.isEmpty()) {
      database
          .update(OBJECT_HOLD)
          .set(OBJECT_HOLD.UNTIL, LATER)
          .where(OBJECT_HOLD.ID.in(holds.stream().map(UUID::toString).toList()))
          .execute();
    }
  }

  void release(UUID hold) {
    database.deleteFrom(OBJECT_HOLD).where(OBJECT_HOLD.ID.eq(hold.toString())).execute();
  }

  /** Ends all that this instance holds. */
  void releaseOwn() {
    database.deleteFrom(OBJECT_HOLD).where(OBJECT_HOLD.HOLDER.eq(holder)).execute();
  }

  /** Ends the holds of which the time is over, and those of the dead. */
  void releaseLost(Collection<String> dead) {
    database
        .deleteFrom(OBJECT_HOLD)
        .where(OBJECT_HOLD.UNTIL.lt(DSL.field("now()", java.time.Instant.class)))
        .or(OBJECT_HOLD.HOLDER.in(dead))
        .execute();
  }

  /** Objects that no blob has and nobody holds. */
  List<String> unneeded(int most) {
    return database
        .select(BUCKET_OBJECT.NAME)
        .from(BUCKET_OBJECT)
        .whereNotExists(DSL.selectOne().from(BLOB).where(BLOB.OBJECT.eq(BUCKET_OBJECT.NAME)))
        .andNotExists(
            DSL.selectOne().from(OBJECT_HOLD).where(OBJECT_HOLD.OBJECT.eq(BUCKET_OBJECT.NAME)))
        .limit(most)
        .fetch(BUCKET_OBJECT.NAME);
  }

  /**
   * Forgets an object unless it is needed. What {@code removal} removes from the bucket is gone
   * before others see that it is not known any more.
   */
  void forget(String name, Consumer<String> removal) {
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          transaction
              .selectOne()
              .from(BUCKET_OBJECT)
              .where(BUCKET_OBJECT.NAME.eq(name))
              .forUpdate()
              .execute();
          // Looks again, with the lock: a hold may have come meanwhile.
          int gone =
              transaction
                  .deleteFrom(BUCKET_OBJECT)
                  .where(BUCKET_OBJECT.NAME.eq(name))
                  .andNotExists(DSL.selectOne().from(BLOB).where(BLOB.OBJECT.eq(name)))
                  .andNotExists(
                      DSL.selectOne().from(OBJECT_HOLD).where(OBJECT_HOLD.OBJECT.eq(name)))
                  .execute();
          if (gone == 1) {
            removal.accept(name);
          }
        });
  }

  /** The blobs whose objects have these names. */
  List<Digest> blobs(Collection<String> names) {
    return database
        .select(BLOB.DIGEST)
        .from(BLOB)
        .where(BLOB.OBJECT.in(names))
        .fetch(row -> new Digest(row.value1()));
  }

  /** Those of the names of which nothing is known. */
  Set<String> unknown(Collection<String> names) {
    Set<String> unknown = new HashSet<>(names);
    database
        .select(BUCKET_OBJECT.NAME)
        .from(BUCKET_OBJECT)
        .where(BUCKET_OBJECT.NAME.in(names))
        .forEach(row -> unknown.remove(row.value1()));
    return unknown;
  }

  /** How many blobs are in no bucket. */
  int blobsElsewhere() {
    return database.fetchCount(BLOB, BLOB.OBJECT.isNull());
  }
}
