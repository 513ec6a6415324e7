package dev.gantry.image.upload;

import static dev.gantry.image.db.Tables.UPLOAD;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Incoming;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.PendingBlobs;
import dev.gantry.image.repository.Space;
import dev.gantry.image.rule.RuleException;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * The uploads of all repositories. A row says that there is one, its file what has come of it; the
 * row comes first and the file goes last, so that a file without a row is nobody's.
 */
public final class Uploads {
  /** Content, and where in the blob its sender says that it belongs. */
  public record Chunk(InputStream content, OptionalLong from, OptionalLong length) {}

  private final DSLContext database;
  private final BlobStore blobs;
  private final Incoming incoming;
  private final UploadLimits limits;
  private final FaultPoints faults;
  private final InstantSource clock;
  private final RunningHashes hashes = new RunningHashes();

  public Uploads(
      DSLContext database,
      BlobStore blobs,
      UploadLimits limits,
      FaultPoints faults,
      InstantSource clock) {
    this.database = database;
    this.blobs = blobs;
    this.incoming = blobs.incoming();
    this.limits = limits;
    this.faults = faults;
    this.clock = clock;
  }

  /** Begins an upload. */
  public UUID begin(Space space) {
    String team = space.team().value();
    if (database.fetchCount(UPLOAD, UPLOAD.TEAM.eq(team)) >= limits.sessions()) {
      throw new DistributionException(
          DistributionError.TOOMANYREQUESTS,
          "the team has " + limits.sessions() + " uploads open; finish or cancel some");
    }
    UUID id = UUID.randomUUID();
    database
        .insertInto(UPLOAD, UPLOAD.ID, UPLOAD.TEAM, UPLOAD.REPOSITORY, UPLOAD.TOUCHED_AT)
        .values(id.toString(), team, space.name().repository(), clock.instant())
        .execute();
    return id;
  }

  /** How many bytes have come. */
  public long length(Space space, UUID id) throws IOException {
    require(space, id);
    Path file = incoming.upload(id);
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * Takes a chunk, and answers how many bytes have come now.
   *
   * @param algorithm of the digest that its client will name, as far as that is known
   */
  public long append(Space space, UUID id, Chunk chunk, String algorithm) throws IOException {
    try (OpenUpload upload = open(space, id)) {
      try {
        append(space, id, upload, chunk, algorithm);
      } finally {
        settle(id, upload.length());
      }
      return upload.length();
    }
  }

  /** What was promised and did not come is free again. */
  private void settle(UUID id, long length) {
    int _ =
        database
            .update(UPLOAD)
            .set(UPLOAD.TOUCHED_AT, clock.instant())
            .set(UPLOAD.BYTES, length)
            .where(UPLOAD.ID.eq(id.toString()))
            .execute();
  }

  private void append(Space space, UUID id, OpenUpload upload, Chunk chunk, String algorithm)
      throws IOException {
    long before = upload.length();
    if (chunk.from().isPresent() && chunk.from().getAsLong() != before) {
      throw new DistributionException(
          DistributionError.BLOB_UPLOAD_INVALID,
          416,
          "the next chunk begins at " + before + ", not at " + chunk.from().getAsLong());
    }
    PromisedRoom room = new PromisedRoom(database, space.team(), id);
    try {
      if (chunk.length().orElse(0) > 0) {
        room.announce(before + chunk.length().getAsLong());
      }
      upload.append(chunk.content(), algorithm, limits.bytes(), room);
    } catch (RuleException e) {
      upload.truncate(before);
      throw e;
    } catch (OpenUpload.TooLongException _) {
      upload.truncate(before);
      throw new DistributionException(
          DistributionError.SIZE_INVALID,
          413,
          "a blob has at most " + limits.bytes() + " bytes here");
    }
    long came = upload.length() - before;
    if (chunk.length().isPresent() && chunk.length().getAsLong() != came) {
      upload.truncate(before);
      throw new DistributionException(
          DistributionError.SIZE_INVALID,
          "the chunk has " + came + " bytes, not " + chunk.length().getAsLong());
    }
  }

  /**
   * Takes the last chunk and makes all of it a blob of the repository, if it is what the digest
   * names; if not, the upload is gone.
   */
  public void finish(Space space, UUID id, Chunk last, Digest digest)
      throws IOException, InterruptedException {
    try (OpenUpload upload = open(space, id)) {
      try {
        append(space, id, upload, last, digest.algorithm());
      } catch (RuntimeException | IOException e) {
        settle(id, upload.length());
        throw e;
      }
      if (!isComplete(id, upload, digest)) {
        discard(id);
        throw new DistributionException(
            DistributionError.DIGEST_INVALID, "what was uploaded is not " + digest);
      }
      try {
        publish(space, id, new StagedBlob(digest, upload.length(), incoming.upload(id)));
      } catch (RuleException e) {
        discard(id);
        throw e;
      }
    }
  }

  /**
   * The kernel tells of what it could not write once (fsync(2)): a second try would be told that
   * all is on the disk. So an upload that cannot be brought there is gone.
   */
  private boolean isComplete(UUID id, OpenUpload upload, Digest digest) throws IOException {
    try {
      faults.pass("push.beforeSync");
      return upload.isComplete(digest);
    } catch (RuntimeException | IOException e) {
      discard(id);
      throw e;
    }
  }

  private void publish(Space space, UUID id, StagedBlob blob)
      throws IOException, InterruptedException {
    try (Staging staging = blobs.stage()) {
      Publication content = blobs.prepare(staging, List.of(blob));
      faults.pass("push.afterUpload");
      database.transaction(
          configuration -> {
            DSLContext transaction = DSL.using(configuration);
            StoreLock.NAMING.take(transaction);
            Instant now = clock.instant();
            BlobRows.insert(transaction, blob.digest(), blob.size(), now);
            // Before it is counted as a blob.
            int _ = transaction.deleteFrom(UPLOAD).where(UPLOAD.ID.eq(id.toString())).execute();
            PendingBlobs.ask(transaction, space, blob.digest(), now);
            content.publish(transaction);
            faults.pass("push.beforeBlobCommit");
          });
    }
    // Still there where the blob was already.
    boolean _ = Files.deleteIfExists(blob.file());
  }

  /** Ends an upload and removes what has come of it. */
  public void cancel(Space space, UUID id) throws IOException {
    try (OpenUpload _ = open(space, id)) {
      discard(id);
    }
  }

  /** Removes an upload that only the caller knows. */
  public void discard(UUID id) throws IOException {
    int _ = database.deleteFrom(UPLOAD).where(UPLOAD.ID.eq(id.toString())).execute();
    boolean _ = Files.deleteIfExists(incoming.upload(id));
  }

  private OpenUpload open(Space space, UUID id) throws IOException {
    require(space, id);
    OpenUpload upload =
        OpenUpload.open(id, incoming.upload(id), hashes)
            .orElseThrow(
                () ->
                    new DistributionException(
                        DistributionError.BLOB_UPLOAD_INVALID,
                        409,
                        "another request writes to this upload"));
    // Whoever had it before may have ended it, and its file is ours then.
    if (!exists(space, id)) {
      try (upload) {
        boolean _ = Files.deleteIfExists(incoming.upload(id));
      }
      throw unknown(id);
    }
    return upload;
  }

  private void require(Space space, UUID id) {
    if (!exists(space, id)) {
      throw unknown(id);
    }
  }

  private boolean exists(Space space, UUID id) {
    Condition own =
        UPLOAD
            .ID
            .eq(id.toString())
            .and(UPLOAD.TEAM.eq(space.team().value()))
            .and(UPLOAD.REPOSITORY.eq(space.name().repository()));
    return database.fetchExists(UPLOAD, own);
  }

  private static DistributionException unknown(UUID id) {
    return new DistributionException(
        DistributionError.BLOB_UPLOAD_UNKNOWN, "the repository has no upload " + id);
  }

  /** Removes uploads for which nothing has come for too long, and files that are nobody's. */
  public void expire() throws IOException {
    Instant oldest = clock.instant().minus(limits.expiry());
    for (String old :
        database
            .select(UPLOAD.ID)
            .from(UPLOAD)
            .where(UPLOAD.TOUCHED_AT.lt(oldest))
            .fetch(UPLOAD.ID)) {
      removeUnlessInUse(UUID.fromString(old), UPLOAD.TOUCHED_AT.lt(oldest));
    }
    for (UUID file : incoming.uploads()) {
      if (!database.fetchExists(UPLOAD, UPLOAD.ID.eq(file.toString()))) {
        removeUnlessInUse(file, DSL.trueCondition());
      }
    }
  }

  private void removeUnlessInUse(UUID id, Condition still) throws IOException {
    try (OpenUpload upload = OpenUpload.open(id, incoming.upload(id), hashes).orElse(null)) {
      if (upload == null) {
        return;
      }
      int _ = database.deleteFrom(UPLOAD).where(UPLOAD.ID.eq(id.toString())).and(still).execute();
      if (!database.fetchExists(UPLOAD, UPLOAD.ID.eq(id.toString()))) {
        boolean _ = Files.deleteIfExists(incoming.upload(id));
      }
    }
  }
}
