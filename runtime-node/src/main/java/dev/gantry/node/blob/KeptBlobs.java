package dev.gantry.node.blob;

import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.Trees;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compressed layers as they were fetched, of bounded size and age. The time of a file is when its
 * blob was last needed.
 *
 * <pre>
 * blobs/sha256/HEX      a blob that is what its digest says: whole, or not there
 * blobs/partial/…       on its way; gone at start
 * </pre>
 */
public final class KeptBlobs {
  private static final Logger log = LoggerFactory.getLogger(KeptBlobs.class);

  /**
   * How much, and for how long after it was needed.
   *
   * @param bytes of all together, those on their way too; none are kept where it is 0
   */
  public record Bounds(long bytes, Duration age) {}

  private static final class Entry {
    private final long size;
    private Instant needed;

    Entry(long size, Instant needed) {
      this.size = size;
      this.needed = needed;
    }
  }

  private final Path root;
  private final Path partial;
  private final Bounds bounds;
  private final InstantSource clock;
  private final FaultPoints faults;
  private final Map<Digest, Entry> whole = new HashMap<>();
  private final Map<Digest, Arrival> coming = new HashMap<>();
  private final Map<Digest, Integer> readers = new HashMap<>();

  /** Opens what is below {@code root}, and removes what is half or too much. */
  public KeptBlobs(Path root, Bounds bounds, InstantSource clock, FaultPoints faults)
      throws IOException {
    this.root = root;
    this.partial = root.resolve("partial");
    this.bounds = bounds;
    this.clock = clock;
    this.faults = faults;
    if (bounds.bytes() == 0) {
      if (Files.exists(root)) {
        Trees.delete(root);
      }
      return;
    }
    if (Files.exists(partial)) {
      Trees.delete(partial);
    }
    Files.createDirectories(partial);
    find();
    boolean _ = makeRoom(0);
    expire();
  }

  private void find() throws IOException {
    try (Stream<Path> algorithms = Files.list(root)) {
      for (Path algorithm : algorithms.filter(one -> !one.equals(partial)).toList()) {
        try (Stream<Path> files = Files.list(algorithm)) {
          for (Path file : files.toList()) {
            whole.put(
                new Digest(algorithm.getFileName() + ":" + file.getFileName()),
                new Entry(Files.size(file), Files.getLastModifiedTime(file).toInstant()));
          }
        }
      }
    }
  }

  private Path file(Digest digest) {
    return root.resolve(digest.algorithm()).resolve(digest.hex());
  }

  /**
   * Begins to keep a blob, which others may read as far as it has come. Empty where it is kept
   * already, comes already or has no room.
   */
  synchronized Optional<Arrival> begin(Digest digest, long size) throws IOException {
    if (whole.containsKey(digest) || coming.containsKey(digest) || !makeRoom(size)) {
      return Optional.empty();
    }
    var arrival = new Arrival(this, digest, size, Files.createTempFile(partial, "", ""));
    coming.put(digest, arrival);
    return Optional.of(arrival);
  }

  /** Of what nobody reads, that goes first which was needed least recently. */
  private boolean makeRoom(long size) {
    long most = bounds.bytes() - size;
    long held =
        whole.values().stream().mapToLong(entry -> entry.size).sum()
            + coming.values().stream().mapToLong(Arrival::size).sum();
    if (held <= most) {
      return true;
    }
    if (most < 0) {
      return false;
    }
    for (Digest one : unread()) {
      held -= remove(one);
      if (held <= most) {
        return true;
      }
    }
    return false;
  }

  private List<Digest> unread() {
    return whole.entrySet().stream()
        .filter(entry -> !readers.containsKey(entry.getKey()))
        .sorted(Comparator.comparing(entry -> entry.getValue().needed))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The bytes that are free now. */
  private long remove(Digest digest) {
    Entry entry = whole.get(digest);
    if (entry == null) {
      return 0;
    }
    try {
      Files.deleteIfExists(file(digest));
    } catch (IOException e) {
      log.warn("the blob {} stays for now: {}", digest, e.toString());
      return 0;
    }
    whole.remove(digest);
    return entry.size;
  }

  /** Removes what was not needed for too long. */
  public synchronized void expire() {
    Instant oldest = clock.instant().minus(bounds.age());
    for (Digest one : unread()) {
      Entry entry = whole.get(one);
      if (entry != null && !entry.needed.isAfter(oldest)) {
        long _ = remove(one);
      }
    }
  }

  /** Removes one that is not what its digest says. */
  synchronized void discard(Digest digest) {
    long _ = remove(digest);
  }

  /** The arrival is what its digest says, and on the disk. */
  void keep(Arrival arrival) throws IOException {
    Path file = file(arrival.digest());
    Files.createDirectories(file.getParent());
    faults.pass("blob.beforeKeep");
    synchronized (this) {
      Files.move(arrival.file(), file, StandardCopyOption.ATOMIC_MOVE);
      coming.remove(arrival.digest());
      whole.put(arrival.digest(), new Entry(arrival.size(), needed(file)));
    }
    faults.pass("blob.afterKeep");
  }

  /** The arrival has ended, and will not be whole. */
  synchronized void forget(Arrival arrival) throws IOException {
    coming.remove(arrival.digest());
    Files.deleteIfExists(arrival.file());
  }

  /**
   * A blob that is here, or on its way, to be read and closed; while it is read it is not removed.
   */
  public synchronized Optional<KeptBlob> read(Digest digest) throws IOException {
    Entry entry = whole.get(digest);
    if (entry != null) {
      return Optional.of(opened(digest, entry));
    }
    Arrival arrival = coming.get(digest);
    return arrival == null ? Optional.empty() : Optional.of(opened(digest, arrival));
  }

  synchronized boolean isWhole(Digest digest) {
    return whole.containsKey(digest);
  }

  private KeptBlob opened(Digest digest, Entry entry) throws IOException {
    FileChannel channel = FileChannel.open(file(digest), StandardOpenOption.READ);
    entry.needed = needed(file(digest));
    return reading(digest, entry.size, channel, null);
  }

  private Instant needed(Path file) throws IOException {
    Instant now = clock.instant();
    Files.setLastModifiedTime(file, FileTime.from(now));
    return now;
  }

  private KeptBlob opened(Digest digest, Arrival arrival) throws IOException {
    FileChannel channel = FileChannel.open(arrival.file(), StandardOpenOption.READ);
    return reading(digest, arrival.size(), channel, arrival);
  }

  private KeptBlob reading(
      Digest digest, long size, FileChannel channel, @Nullable Arrival arrival) {
    int _ = readers.merge(digest, 1, Integer::sum);
    return new KeptBlob(size, channel, arrival, () -> release(digest));
  }

  private synchronized void release(Digest digest) {
    Integer _ = readers.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1);
  }
}
