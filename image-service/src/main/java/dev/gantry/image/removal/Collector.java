package dev.gantry.image.removal;

import static dev.gantry.image.db.Tables.BLOB;
import static dev.gantry.image.db.Tables.CONFIG;
import static dev.gantry.image.db.Tables.IMAGE;
import static dev.gantry.image.db.Tables.LAYER;
import static dev.gantry.image.db.Tables.MANIFEST;
import static dev.gantry.image.db.Tables.MANIFEST_LAYER;
import static dev.gantry.image.db.Tables.MANIFEST_PART;
import static dev.gantry.image.db.Tables.PENDING_BLOB;
import static dev.gantry.image.db.Tables.TEAM_BLOB;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Removal;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.quota.Usage;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Takes away what no image, tag or repository refers to, and no push waits for. Files go to the
 * trash inside the transaction that deletes their rows, and for good after it; so a death in
 * between leaves either both or neither. What one that failed has left in the trash, the next
 * brings back.
 *
 * <p>Names are taken away without the lock of the store, so from one statement to the next there
 * may be fewer: what a team was counted with when this began stays until the next time.
 */
public final class Collector {
  /** Manifests that nobody has: neither themselves, nor as a part of an index that somebody has. */
  private static final String UNUSED_MANIFESTS =
      """
      with recursive used (digest) as (
        select manifest from image
        union select manifest from tag
        union select digest from repository_digest
        union select part from manifest_part join used on used.digest = manifest_part.manifest
      )
      select digest from manifest except select digest from used
      """;

  private final DSLContext database;
  private final BlobStore blobs;
  private final FaultPoints faults;

  public Collector(DSLContext database, BlobStore blobs, FaultPoints faults) {
    this.database = database;
    this.blobs = blobs;
    this.faults = faults;
  }

  /** Collects, and answers the bytes that were freed. */
  public long collect() throws IOException {
    Collected collected;
    try {
      collected =
          database.transactionResult(
              configuration -> {
                DSLContext transaction = DSL.using(configuration);
                StoreLock.REMOVING.take(transaction);
                try {
                  blobs.emptyTrash(blob -> BlobRows.exists(transaction, blob));
                  return remove(transaction);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    faults.pass("delete.beforeBlobs");
    collected.removal().finish();
    return collected.bytes();
  }

  private record Collected(long bytes, Removal removal) {}

  private Collected remove(DSLContext transaction) throws IOException {
    Usage.release(transaction);
    removeDescriptions(transaction);
    Collected collected = removeBlobs(transaction);
    faults.pass("delete.beforeCommit");
    return collected;
  }

  /** What is known of manifests that nobody has, and of what only they named. */
  private static void removeDescriptions(DSLContext transaction) {
    List<String> unused = transaction.resultQuery(UNUSED_MANIFESTS).fetchInto(String.class);
    int _ =
        transaction.deleteFrom(MANIFEST_LAYER).where(MANIFEST_LAYER.MANIFEST.in(unused)).execute();
    int _ =
        transaction.deleteFrom(MANIFEST_PART).where(MANIFEST_PART.MANIFEST.in(unused)).execute();
    int _ = transaction.deleteFrom(MANIFEST).where(MANIFEST.DIGEST.in(unused)).execute();
    int _ =
        transaction
            .deleteFrom(CONFIG)
            .where(DSL.notExists(DSL.selectOne().from(IMAGE).where(IMAGE.ID.eq(CONFIG.DIGEST))))
            .and(
                DSL.notExists(
                    DSL.selectOne().from(MANIFEST).where(MANIFEST.CONFIG.eq(CONFIG.DIGEST))))
            .execute();
    int _ =
        transaction
            .deleteFrom(LAYER)
            .where(
                DSL.notExists(
                    DSL.selectOne()
                        .from(MANIFEST_LAYER)
                        .where(MANIFEST_LAYER.LAYER.eq(LAYER.DIGEST))))
            .execute();
  }

  private Collected removeBlobs(DSLContext transaction) throws IOException {
    long freed = 0;
    List<Digest> digests = new ArrayList<>();
    for (var row :
        transaction
            .select(BLOB.DIGEST, BLOB.SIZE)
            .from(BLOB)
            .where(DSL.notExists(DSL.selectOne().from(LAYER).where(LAYER.DIGEST.eq(BLOB.DIGEST))))
            .and(DSL.notExists(DSL.selectOne().from(CONFIG).where(CONFIG.DIGEST.eq(BLOB.DIGEST))))
            .and(
                DSL.notExists(
                    DSL.selectOne().from(MANIFEST).where(MANIFEST.DIGEST.eq(BLOB.DIGEST))))
            .and(
                DSL.notExists(
                    DSL.selectOne().from(MANIFEST_PART).where(MANIFEST_PART.PART.eq(BLOB.DIGEST))))
            .and(
                DSL.notExists(
                    DSL.selectOne().from(PENDING_BLOB).where(PENDING_BLOB.DIGEST.eq(BLOB.DIGEST))))
            .and(
                DSL.notExists(
                    DSL.selectOne().from(TEAM_BLOB).where(TEAM_BLOB.DIGEST.eq(BLOB.DIGEST))))
            .fetch()) {
      digests.add(new Digest(row.value1()));
      freed += row.value2();
    }
    Removal removal = blobs.trash(digests);
    BlobRows.delete(transaction, digests);
    return new Collected(freed, removal);
  }
}
