package dev.gantry.image.transfer;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.remote.RemoteBlob;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.remote.RemoteRepository;
import dev.gantry.image.repository.PendingBlobs;
import dev.gantry.image.repository.Space;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongConsumer;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Brings blobs of other registries into the store, each once however many pulls ask for it at the
 * same time. A blob is there when its digest and size were checked and it is on the disk; from then
 * on its repository keeps it for a while, so that a pull that a crash ended finds it again.
 *
 * <p>That the store has a blob gives nobody a right to it. A team gets what it has already, or what
 * the registry gives it; to wait for a blob that somebody else fetches from the same repository,
 * the registry has to show that it would give it to this one, too.
 */
final class BlobFetches {
  private static final long BEAT_MILLIS = 100;

  private record Source(String repository, Digest digest) {}

  private final DSLContext database;
  private final BlobStore blobs;
  private final LayerIntake intake;
  private final FaultPoints faults;
  private final InstantSource clock;
  private final ConcurrentMap<Source, BlobFetch> running = new ConcurrentHashMap<>();

  BlobFetches(
      DSLContext database,
      BlobStore blobs,
      LayerIntake intake,
      FaultPoints faults,
      InstantSource clock) {
    this.database = database;
    this.blobs = blobs;
    this.intake = intake;
    this.faults = faults;
    this.clock = clock;
  }

  /** True where the team has the blob, which its repository then keeps. */
  boolean has(Space space, ContentDescriptor blob) {
    return PendingBlobs.adopt(database, space, blob.digest(), clock.instant());
  }

  /**
   * Fetches a blob for a repository of a team, or waits for whoever does already.
   *
   * @param asLayer read it as a layer while it comes
   * @param moved is told now and then how many bytes have come
   */
  Optional<LayerFacts> fetch(
      RemoteRepository from,
      Space into,
      ContentDescriptor blob,
      boolean asLayer,
      LongConsumer moved)
      throws IOException, InterruptedException {
    Source source = new Source(from.address(), blob.digest());
    BlobFetch own = own(from, into, blob, asLayer);
    while (true) {
      BlobFetch fetch = running.computeIfAbsent(source, _ -> own);
      if (fetch != own) {
        requireGiven(from, blob);
      }
      if (!fetch.join()) {
        boolean _ = running.remove(source, fetch);
        if (fetch == own) {
          throw new IllegalStateException("a fetch that did not begin has ended");
        }
        continue;
      }
      try {
        await(fetch, moved);
      } finally {
        fetch.leave();
        boolean _ = running.remove(source, fetch);
      }
      if (fetch == own) {
        return fetch.result();
      }
      if (isAdopted(fetch, into, blob)) {
        return fetch.result();
      }
    }
  }

  private static void await(BlobFetch fetch, LongConsumer moved) throws InterruptedException {
    while (!fetch.await(BEAT_MILLIS)) {
      moved.accept(fetch.received());
    }
  }

  /** Whose fetch failed for its own reasons, ours need not. */
  private boolean isAdopted(BlobFetch fetch, Space into, ContentDescriptor blob) {
    try {
      var _ = fetch.result();
    } catch (IOException | RuntimeException _) {
      return false;
    }
    return database.transactionResult(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          StoreLock.NAMING.take(transaction);
          boolean there = BlobRows.exists(transaction, blob.digest());
          if (there) {
            PendingBlobs.ask(transaction, into, blob.digest(), clock.instant());
          }
          return there;
        });
  }

  private static void requireGiven(RemoteRepository from, ContentDescriptor blob)
      throws RemoteException {
    if (from.blobSize(blob.digest(), false).isEmpty()) {
      throw new RemoteException(RemoteException.Kind.OTHER, "blob unknown: " + blob.digest());
    }
  }

  private BlobFetch own(
      RemoteRepository from, Space into, ContentDescriptor blob, boolean asLayer) {
    return new BlobFetch(
        from.blob(blob.digest(), blob.size()), content -> take(content, into, blob, asLayer));
  }

  private Optional<LayerFacts> take(
      RemoteBlob content, Space into, ContentDescriptor blob, boolean asLayer)
      throws IOException, InterruptedException {
    try (Staging staging = blobs.stage()) {
      Path file = staging.newFile();
      Optional<LayerFacts> layer = write(content, staging, file, blob, asLayer);
      staging.sync(file);
      StagedBlob staged = new StagedBlob(blob.digest(), blob.size(), file);
      publish(staged, blobs.prepare(staging, List.of(staged)), into);
      return layer;
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Optional<LayerFacts> write(
      InputStream content, Staging staging, Path file, ContentDescriptor blob, boolean asLayer)
      throws IOException {
    try (OutputStream out = staging.write(file)) {
      if (!asLayer) {
        MessageDigest hash = blob.digest().newHash();
        long _ = new DigestInputStream(content, hash).transferTo(out);
        require(HexFormat.of().formatHex(hash.digest()).equals(blob.digest().hex()), blob);
        return Optional.empty();
      }
      LayerIntake.Taken taken = intake.take(content, out);
      require(taken.digest().equals(blob.digest()) && taken.size() == blob.size(), blob);
      return Optional.of(taken.requireLayer(blob.digest().value()));
    }
  }

  private static void require(boolean holds, ContentDescriptor blob) {
    if (!holds) {
      throw new RefusedImageException(
          "filesystem layer verification failed for digest " + blob.digest());
    }
  }

  private void publish(StagedBlob staged, Publication content, Space into) {
    faults.pass("pull.beforeBlobCommit");
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          StoreLock.NAMING.take(transaction);
          BlobRows.insert(transaction, staged.digest(), staged.size(), clock.instant());
          PendingBlobs.ask(transaction, into, staged.digest(), clock.instant());
          content.publish(transaction);
        });
    faults.pass("pull.afterBlob");
  }
}
