package dev.gantry.image.distribution;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.PendingBlobs;
import dev.gantry.image.repository.Repositories;
import dev.gantry.image.repository.RepositoryRemovals;
import dev.gantry.image.repository.Space;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;

/** Blobs of a repository: read, looked for, removed. */
final class BlobRoutes {
  private final DSLContext database;
  private final BlobStore blobs;
  private final RepositoryRemovals removals;
  private final InstantSource clock;

  BlobRoutes(
      DSLContext database, BlobStore blobs, RepositoryRemovals removals, InstantSource clock) {
    this.database = database;
    this.blobs = blobs;
    this.removals = removals;
    this.clock = clock;
  }

  void read(Exchange call, RegistryPath.Blob path) throws IOException {
    Digest digest = Exchange.digest(path.digest());
    Space space = call.space(path.name());
    // Who only looks is about to push what names it, unless it is another team's.
    Optional<Long> held =
        call.is("HEAD") && SharedName.parse(path.name()).isEmpty()
            ? PendingBlobs.askFor(database, space, space, digest, clock.instant())
            : Repositories.blob(database, space, digest);
    long size = held.orElseThrow(() -> unknown(digest));
    call.header("Docker-Content-Digest", digest.value());
    call.header("Accept-Ranges", "bytes");
    if (call.isKnown(digest)) {
      return;
    }
    try (Blob blob = blobs.read(digest).orElseThrow(() -> unknown(digest))) {
      send(call, blob, size, digest);
    }
  }

  private static void send(Exchange call, Blob blob, long size, Digest digest) throws IOException {
    ByteRange all = new ByteRange(0, size);
    ByteRange part = all;
    try {
      part = ByteRange.parse(range(call, digest), size).orElse(all);
    } catch (ByteRange.UnsatisfiableException _) {
      call.header("Content-Range", "bytes */" + size);
      throw new DistributionException(
          DistributionError.SIZE_INVALID, 416, "the blob has " + size + " bytes");
    }
    if (!part.equals(all)) {
      call.response().setStatus(206);
      call.header("Content-Range", part.contentRange(size));
    }
    call.response().setContentType("application/octet-stream");
    call.response().setContentLengthLong(part.to() - part.from());
    if (!call.is("HEAD")) {
      blob.writeTo(call.response().getOutputStream(), part.from(), part.to());
    }
  }

  /** The range, unless the client wants it of another content only. */
  private static String range(Exchange call, Digest digest) {
    String only = call.request().getHeader("If-Range");
    String range = call.request().getHeader("Range");
    boolean wanted = only == null || only.equals("\"" + digest + "\"");
    return range == null || !wanted || call.is("HEAD") ? "" : range;
  }

  void remove(Exchange call, RegistryPath.Blob path) throws IOException {
    removals.removeBlob(call.actor(), path.name(), Exchange.digest(path.digest()));
    call.sendNothing(202);
  }

  private static DistributionException unknown(Digest digest) {
    return new DistributionException(
        DistributionError.BLOB_UNKNOWN, "the repository has no blob " + digest);
  }
}
