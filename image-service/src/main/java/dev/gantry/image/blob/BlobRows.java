package dev.gantry.image.blob;

import static dev.gantry.image.db.Tables.BLOB;

import dev.gantry.engine.Digest;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** The rows that say which blobs there are. */
public final class BlobRows {
  private BlobRows() {}

  public static void insert(DSLContext tx, Digest digest, long size, Instant now) {
    tx.insertInto(BLOB, BLOB.DIGEST, BLOB.SIZE, BLOB.STORED_AT)
        .values(digest.value(), size, now)
        .onConflictDoNothing()
        .execute();
  }

  public static Optional<Long> size(DSLContext db, Digest digest) {
    return db.select(BLOB.SIZE)
        .from(BLOB)
        .where(BLOB.DIGEST.eq(digest.value()))
        .fetchOptional(BLOB.SIZE);
  }

  public static boolean exists(DSLContext db, Digest digest) {
    return db.fetchExists(BLOB, BLOB.DIGEST.eq(digest.value()));
  }

  /** Every blob with its size. */
  public static Map<Digest, Long> all(DSLContext db) {
    Map<Digest, Long> out = new HashMap<>();
    db.select(BLOB.DIGEST, BLOB.SIZE)
        .from(BLOB)
        .forEach(row -> out.put(new Digest(row.value1()), row.value2()));
    return out;
  }

  public static void delete(DSLContext tx, Collection<Digest> digests) {
    tx.deleteFrom(BLOB)
        .where(BLOB.DIGEST.in(digests.stream().map(Digest::value).toList()))
        .execute();
  }
}
