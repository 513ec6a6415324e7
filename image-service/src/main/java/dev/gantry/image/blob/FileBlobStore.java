package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files of one folder. A blob appears by rename, complete and synced, and leaves by rename
 * into the trash; in between it never changes. Callers move files only while they hold the {@link
 * StoreLock} that their transaction took.
 */
public final class FileBlobStore implements BlobStore {
  private static final Logger log = LoggerFactory.getLogger(FileBlobStore.class);
  private static final List<String> ALGORITHMS = List.of("sha256", "sha512");

  private final BlobPaths paths;
  private final Incoming incoming;
  private final AtomicLong removals = new AtomicLong();

  private FileBlobStore(BlobPaths paths, Incoming incoming) {
    this.paths = paths;
    this.incoming = incoming;
  }

  /** Opens the store, making its folders where they are missing. */
  public static FileBlobStore open(Path root) {
    try {
      BlobPaths paths = new BlobPaths(root);
      for (String algorithm : ALGORITHMS) {
        Files.createDirectories(paths.algorithm(algorithm));
      }
      Files.createDirectories(paths.trash());
      return new FileBlobStore(paths, Incoming.open(root));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the image store at " + root, e);
    }
  }

  @Override
  public Incoming incoming() {
    return incoming;
  }

  @Override
  public Publication prepare(Staging staging, List<StagedBlob> blobs)
      throws IOException, InterruptedException {
    staging.awaitSynced();
    return _ -> {
      for (StagedBlob blob : blobs) {
        Path target = paths.blob(blob.digest());
        if (!Files.exists(target)) {
          Files.move(blob.file(), target, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      // So that the names last through a power cut.
      for (String algorithm : ALGORITHMS) {
        Durable.sync(paths.algorithm(algorithm));
      }
    };
  }

  @Override
  public Optional<Blob> read(Digest digest) throws IOException {
    try {
      return Optional.of(FileBlob.open(paths.blob(digest)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public Blob hold(Digest digest, Staging staging) throws IOException {
    Path link = staging.newFile();
    Files.createLink(link, paths.blob(digest));
    return new LinkedBlob(link);
  }

  @Override
  public boolean has(Digest digest) {
    return Files.exists(paths.blob(digest));
  }

  @Override
  public Removal trash(Collection<Digest> blobs) throws IOException {
    List<Path> trashed = new ArrayList<>();
    for (Digest digest : blobs) {
      Path file = paths.trashed(digest, incoming.instance() + "-" + removals.incrementAndGet());
      try {
        Files.move(paths.blob(digest), file, StandardCopyOption.ATOMIC_MOVE);
        trashed.add(file);
      } catch (NoSuchFileException _) {
        // A row without a file, which verification tells of.
      }
    }
    return () -> {
      for (Path file : trashed) {
        Files.deleteIfExists(file);
      }
    };
  }

  @Override
  public void emptyTrash(Predicate<Digest> isKept) throws IOException {
    for (Path file : Durable.list(paths.trash())) {
      Optional<Digest> digest = BlobPaths.digestOf(file);
      if (digest.isPresent()) {
        Path blob = paths.blob(digest.get());
        if (isKept.test(digest.get()) && !Files.exists(blob)) {
          Files.move(file, blob, StandardCopyOption.ATOMIC_MOVE);
        } else {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  @Override
  public List<Digest> list() throws IOException {
    List<Digest> out = new ArrayList<>();
    for (String algorithm : ALGORITHMS) {
      out.addAll(digests(Durable.list(paths.algorithm(algorithm))));
    }
    return out;
  }

  @Override
  public List<String> strangers() throws IOException {
    List<Path> files = new ArrayList<>(Durable.list(paths.trash()));
    for (String algorithm : ALGORITHMS) {
      files.addAll(Durable.list(paths.algorithm(algorithm)));
    }
    return files.stream()
        .filter(file -> BlobPaths.digestOf(file).isEmpty())
        .map(file -> "file " + file + " is named after no digest")
        .toList();
  }

  private static List<Digest> digests(List<Path> files) {
    return files.stream().map(BlobPaths::digestOf).flatMap(Optional::stream).toList();
  }

  /** Half loads go, files without rows go, trash is emptied. */
  @Override
  public void repair(DSLContext database) throws IOException {
    var _ = incoming.removeLeftovers();
    try {
      database.transaction(
          configuration -> {
            DSLContext transaction = DSL.using(configuration);
            StoreLock.REMOVING.take(transaction);
            compare(BlobRows.all(transaction).keySet());
          });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void compare(Set<Digest> rows) throws IOException {
    emptyTrash(rows::contains);
    trash(list().stream().filter(file -> !rows.contains(file)).toList()).finish();
    Set<Digest> files = Set.copyOf(list());
    rows.stream()
        .filter(digest -> !files.contains(digest))
        .forEach(digest -> log.error("blob {} has a row but no file", digest));
  }

  @Override
  public void close() {
    incoming.close();
  }
}
