package dev.gantry.image.bucket;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Incoming;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.Removal;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jooq.DSLContext;

/**
 * Blobs as objects of a bucket. An object is put whole before the transaction that names it, under
 * a name that nothing else ever has, and is held while it is put and read; the collector takes away
 * rows only. So nobody waits for the bucket inside a transaction that others wait for, and whatever
 * process dies or freezes, what is named is there: see {@link ObjectRows} for the rule.
 *
 * <p>Any number of instances, each with a folder of its own for what comes in, may share a bucket
 * and a database.
 */
public final class BucketBlobStore implements BlobStore {
  private final Incoming incoming;
  private final Bucket bucket;
  private final ObjectRows rows;
  private final ObjectKeeper keeper;

  private BucketBlobStore(Incoming incoming, Bucket bucket, ObjectRows rows) {
    this.incoming = incoming;
    this.bucket = bucket;
    this.rows = rows;
    this.keeper = new ObjectKeeper(bucket, rows);
  }

  /**
   * Opens it.
   *
   * @param folder for what comes in
   */
  public static BucketBlobStore open(BucketSettings settings, Path folder, DSLContext database) {
    Incoming incoming = Incoming.open(folder);
    return new BucketBlobStore(
        incoming, Bucket.open(settings), new ObjectRows(database, incoming.instance()));
  }

  /** Begins to look after what is held and what is not needed any more. */
  public BucketBlobStore start() {
    keeper.start();
    return this;
  }

  @Override
  public Incoming incoming() {
    return incoming;
  }

  @Override
  public Publication prepare(Staging staging, List<StagedBlob> blobs)
      throws IOException, InterruptedException {
    Map<Digest, ObjectRows.Held> ready = new LinkedHashMap<>();
    for (StagedBlob blob : blobs) {
      if (!ready.containsKey(blob.digest())) {
        Optional<ObjectRows.Held> there = rows.hold(blob.digest());
        ready.put(
            blob.digest(), there.isPresent() ? kept(there.get(), staging) : put(blob, staging));
      }
    }
    return transaction ->
        ready.forEach(
            (digest, held) -> {
              if (!ObjectRows.give(transaction, digest, held)) {
                throw new ServiceException(
                    ErrorCode.UNAVAILABLE, "the blob store was away for too long; try again");
              }
            });
  }

  private ObjectRows.Held kept(ObjectRows.Held held, Staging staging) {
    keeper.add(held);
    staging.atEnd(() -> keeper.release(held));
    return held;
  }

  private ObjectRows.Held put(StagedBlob blob, Staging staging)
      throws IOException, InterruptedException {
    ObjectRows.Held held = rows.announce(blob.digest(), blob.size());
    keeper.add(held);
    staging.atEnd(() -> keeper.releaseOwn(held));
    bucket.put(held.object(), blob.file(), blob.size());
    return held;
  }

  @Override
  public Optional<Blob> read(Digest digest) {
    return rows.hold(digest)
        .map(
            held -> {
              keeper.add(held);
              return new ObjectBlob(bucket, held, () -> keeper.release(held));
            });
  }

  @Override
  public Blob hold(Digest digest, Staging staging) throws IOException {
    ObjectRows.Held held =
        rows.hold(digest)
            .orElseThrow(() -> new NoSuchFileException("blob " + digest + " is not there"));
    return new ObjectBlob(bucket, kept(held, staging), () -> {});
  }

  @Override
  public boolean has(Digest digest) throws IOException {
    Optional<ObjectRows.Stored> stored = rows.find(digest);
    return stored.isPresent() && bucket.has(stored.get().object());
  }

  /** The rows are all that has to go at once. */
  @Override
  public Removal trash(Collection<Digest> blobs) {
    return keeper::removeUnneeded;
  }

  /** Nothing is in it. */
  @Override
  public void emptyTrash(Predicate<Digest> isKept) {}

  @Override
  public List<Digest> list() throws IOException {
    List<Digest> digests = new ArrayList<>();
    bucket.list(ObjectName.FOLDER, names -> digests.addAll(rows.blobs(names)));
    return digests;
  }

  @Override
  public List<String> strangers() throws IOException {
    Set<String> unknown = new TreeSet<>();
    bucket.list(ObjectName.FOLDER, names -> unknown.addAll(rows.unknown(names)));
    List<String> strangers = new ArrayList<>();
    for (String name : unknown) {
      // What is gone by now was on its way out.
      if (bucket.has(name)) {
        strangers.add("object " + name + " is no blob's");
      }
    }
    return strangers;
  }

  @Override
  public void repair(DSLContext database) throws IOException {
    rows.releaseLost(incoming.removeLeftovers());
    keeper.tidy();
  }

  @Override
  public void close() {
    keeper.close();
    bucket.close();
    incoming.close();
  }
}
