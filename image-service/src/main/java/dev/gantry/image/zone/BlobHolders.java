package dev.gantry.image.zone;

import static dev.gantry.image.db.Tables.BLOB_HOLDER;

import dev.gantry.engine.Digest;
import dev.gantry.services.BlobClaim;
import dev.gantry.services.BlobPlaces;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Who has a blob, zone by zone. Who asks is noted as one who will have it, so that of the nodes of
 * a zone that ask at the same moment all but the first are told of another.
 */
public final class BlobHolders {
  /** Nodes keep a blob no longer after it was last needed, unless they are told to. */
  private static final Duration KEPT = Duration.ofDays(1);

  /** Enough that one of them is there. */
  private static final int TOLD = 3;

  private final DSLContext database;
  private final String zone;
  private final InstantSource clock;

  /**
   * @param zone of this service; empty for none
   */
  public BlobHolders(DSLContext database, String zone, InstantSource clock) {
    this.database = database;
    this.zone = zone;
    this.clock = clock;
  }

  /**
   * Tells a node of others, and notes that it will have the blob.
   *
   * @param node its name, as its certificate has it
   */
  public BlobPlaces claim(Digest blob, String node, BlobClaim claim) {
    if (claim.zone().equals(zone)) {
      return new BlobPlaces(true, List.of());
    }
    return new BlobPlaces(
        false,
        database.transactionResult(
            scope -> {
              DSLContext tx = scope.dsl();
              // One after the other, or two that are the first would each be told of nobody.
              tx.fetch(
                  "select pg_advisory_xact_lock(hashtextextended(?, 0))",
                  "gantry.image.holders." + claim.zone() + "." + blob);
              List<URI> others = others(tx, blob, node, claim.zone());
              if (claim.keeps()) {
                note(tx, blob, node, claim);
              }
              return others;
            }));
  }

  private List<URI> others(DSLContext tx, Digest blob, String node, String of) {
    return tx.select(BLOB_HOLDER.URI)
        .from(BLOB_HOLDER)
        .where(BLOB_HOLDER.DIGEST.eq(blob.value()))
        .and(BLOB_HOLDER.ZONE.eq(of))
        .and(BLOB_HOLDER.NODE.ne(node))
        .and(BLOB_HOLDER.CLAIMED_AT.gt(expired()))
        // Whoever comes asks others than the one before, so that nobody has to serve them all.
        .orderBy(DSL.rand())
        .limit(TOLD)
        .fetch(row -> URI.create(row.value1()));
  }

  private void note(DSLContext tx, Digest blob, String node, BlobClaim claim) {
    Instant now = clock.instant();
    tx.insertInto(
            BLOB_HOLDER,
            BLOB_HOLDER.DIGEST,
            BLOB_HOLDER.ZONE,
            BLOB_HOLDER.NODE,
            BLOB_HOLDER.URI,
            BLOB_HOLDER.CLAIMED_AT)
        .values(blob.value(), claim.zone(), node, claim.uri().toString(), now)
        .onConflict(BLOB_HOLDER.DIGEST, BLOB_HOLDER.ZONE, BLOB_HOLDER.NODE)
        .doUpdate()
        .set(BLOB_HOLDER.URI, claim.uri().toString())
        .set(BLOB_HOLDER.CLAIMED_AT, now)
        .execute();
  }

  private Instant expired() {
    return clock.instant().minus(KEPT);
  }

  /** Forgets those who have had what they asked for so long ago that they have it no more. */
  public void expire() {
    database.deleteFrom(BLOB_HOLDER).where(BLOB_HOLDER.CLAIMED_AT.le(expired())).execute();
  }
}
