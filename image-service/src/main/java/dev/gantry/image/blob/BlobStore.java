package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The files of the store. A blob appears by rename, complete and synced, and leaves by rename into
 * the trash; in between it never changes. Which blobs there ought to be, the rows say: callers move
 * files only while they hold the {@link StoreLock} that their transaction took.
 *
 * <p>Several instances may share a store; each keeps its half-written files in a folder of its own,
 * and a folder whose instance is gone is removed by the next one that starts.
 */
public final class BlobStore implements AutoCloseable {
  private static final List<String> ALGORITHMS = List.of("sha256", "sha512");
  private static final Pattern UPLOAD =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final BlobPaths paths;
  private final String instance;
  private final FileChannel lockFile;
  private final AtomicLong stagings = new AtomicLong();
  private final AtomicLong removals = new AtomicLong();

  private BlobStore(BlobPaths paths, String instance, FileChannel lockFile) {
    this.paths = paths;
    this.instance = instance;
    this.lockFile = lockFile;
  }

  /** Opens the store, making its folders where they are missing. */
  public static BlobStore open(Path root) {
    try {
      BlobPaths paths = new BlobPaths(root);
      for (String algorithm : ALGORITHMS) {
        Files.createDirectories(paths.algorithm(algorithm));
      }
      Files.createDirectories(paths.trash());
      Files.createDirectories(paths.incoming());
      Files.createDirectories(paths.uploads());
      byte[] random = new byte[8];
      ThreadLocalRandom.current().nextBytes(random);
      String instance = HexFormat.of().formatHex(random);
      FileChannel lockFile =
          FileChannel.open(
              paths.instanceLock(instance),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
      if (lockFile.tryLock() == null) {
        throw new IOException("cannot lock " + paths.instanceLock(instance));
      }
      Files.createDirectory(paths.instance(instance));
      return new BlobStore(paths, instance, lockFile);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the image store at " + root, e);
    }
  }

  /** A place for content on its way in. */
  public Staging stage() throws IOException {
    Path directory = paths.instance(instance).resolve(Long.toString(stagings.incrementAndGet()));
    Files.createDirectory(directory);
    return new Staging(directory);
  }

  /** Where the content of an upload is; there is no file until something came. */
  public Path upload(UUID id) {
    return paths.uploads().resolve(id.toString());
  }

  /** The uploads of which something came. */
  public List<UUID> uploads() throws IOException {
    return Durable.list(paths.uploads()).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> UPLOAD.matcher(name).matches())
        .map(UUID::fromString)
        .toList();
  }

  /** Makes staged, synced content a blob; nothing to do where it is one already. */
  public void publish(StagedBlob staged) throws IOException {
    Path target = paths.blob(staged.digest());
    if (!Files.exists(target)) {
      Files.move(staged.file(), target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Makes the names that {@link #publish} gave last through a power cut. */
  public void syncNames() throws IOException {
    for (String algorithm : ALGORITHMS) {
      Durable.sync(paths.algorithm(algorithm));
    }
  }

  /** Opens a blob; empty where it is not there. */
  public Optional<FileChannel> read(Digest digest) throws IOException {
    try {
      return Optional.of(FileChannel.open(paths.blob(digest), StandardOpenOption.READ));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** All of a small blob; {@code limit} is checked before it is read. */
  public byte[] readSmall(Digest digest, int limit) throws IOException {
    Path file = paths.blob(digest);
    if (Files.size(file) > limit) {
      throw new IOException("blob " + digest + " is larger than " + limit + " bytes");
    }
    return Files.readAllBytes(file);
  }

  /**
   * Keeps a blob readable at the returned path, whatever is collected meanwhile, until the staging
   * is closed.
   */
  public Path hold(Digest digest, Staging staging) throws IOException {
    Path link = staging.newFile();
    Files.createLink(link, paths.blob(digest));
    return link;
  }

  /** A blob that was taken out of sight, and where it is until nobody can want it back. */
  public record Trashed(Digest digest, Path file) {}

  /**
   * Takes a blob out of sight; {@link #remove} removes it once its row is gone for good. Empty
   * where there is no file.
   */
  public Optional<Trashed> trash(Digest digest) throws IOException {
    Path file = paths.trashed(digest, instance + "-" + removals.incrementAndGet());
    try {
      Files.move(paths.blob(digest), file, StandardCopyOption.ATOMIC_MOVE);
      return Optional.of(new Trashed(digest, file));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Removes for good. */
  public void remove(Trashed blob) throws IOException {
    Files.deleteIfExists(blob.file());
  }

  /**
   * Brings back what was taken out of sight by a removal that failed, and removes the rest. The
   * caller holds {@link StoreLock#REMOVING}, so no removal is in its middle.
   *
   * @param isKept tells whether a blob has its row
   */
  public void emptyTrash(Predicate<Digest> isKept) throws IOException {
    for (Trashed blob : trashed()) {
      if (isKept.test(blob.digest()) && !Files.exists(paths.blob(blob.digest()))) {
        Files.move(blob.file(), paths.blob(blob.digest()), StandardCopyOption.ATOMIC_MOVE);
      } else {
        remove(blob);
      }
    }
  }

  public List<Trashed> trashed() throws IOException {
    List<Trashed> out = new ArrayList<>();
    for (Path file : Durable.list(paths.trash())) {
      BlobPaths.digestOf(file).ifPresent(digest -> out.add(new Trashed(digest, file)));
    }
    return out;
  }

  /** Every blob file, by name. */
  public List<Digest> list() throws IOException {
    List<Digest> out = new ArrayList<>();
    for (String algorithm : ALGORITHMS) {
      out.addAll(digests(Durable.list(paths.algorithm(algorithm))));
    }
    return out;
  }

  /** Files among the blobs and in the trash that are named after no digest. */
  public List<Path> strangers() throws IOException {
    List<Path> files = new ArrayList<>(Durable.list(paths.trash()));
    for (String algorithm : ALGORITHMS) {
      files.addAll(Durable.list(paths.algorithm(algorithm)));
    }
    return files.stream().filter(file -> BlobPaths.digestOf(file).isEmpty()).toList();
  }

  /** Files of loads and saves that are under way or were left by the dead. */
  public long incomingFiles() throws IOException {
    try (var files = Files.walk(paths.incoming())) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".lock"))
          .count();
    }
  }

  private static List<Digest> digests(List<Path> files) {
    return files.stream().map(BlobPaths::digestOf).flatMap(Optional::stream).toList();
  }

  /** Removes what instances that are gone have left half done. */
  public void removeLeftovers() throws IOException {
    for (Path file : Durable.list(paths.incoming())) {
      String name = file.getFileName().toString();
      if (name.endsWith(".lock") && !name.equals(instance + ".lock")) {
        removeIfDead(name.substring(0, name.length() - ".lock".length()));
      }
    }
  }

  private void removeIfDead(String other) throws IOException {
    Path lock = paths.instanceLock(other);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        Durable.removeTree(paths.instance(other));
        Files.deleteIfExists(lock);
      }
    } catch (OverlappingFileLockException | NoSuchFileException _) {
      // Alive in this very process, or removed by another one that starts now.
    }
  }

  @Override
  public void close() {
    try {
      Durable.removeTree(paths.instance(instance));
      Files.deleteIfExists(paths.instanceLock(instance));
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the image store", e);
    }
  }
}
