package dev.gantry.node.snapshot;

import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.DiskSync;
import dev.gantry.node.kernel.Trees;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The layers on this host, each unpacked once however many ask.
 *
 * <pre>
 * layers/sha256/HEX      a layer, by its diff ID: whole, or not there
 * layers/partial/…       being unpacked, or removed; gone at start
 * layers/unsynced/…      notes of those that may not be on the disk yet
 * </pre>
 */
public final class Layers {
  private static final int PARALLEL = 3;
  private static final String PARTIAL = "partial";
  private static final String UNSYNCED = "unsynced";

  /** What is no algorithm of digests. */
  private static final Set<String> APART = Set.of(PARTIAL, UNSYNCED);

  private final Path root;
  private final Path partial;
  private final LayerUnpacker unpacker;
  private final UnsyncedLayers unsynced;
  private final Semaphore slots = new Semaphore(PARALLEL);
  private final Map<Digest, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  /** When a layer was needed last, by the clock of {@link System#nanoTime}. */
  private final Map<Digest, Long> needed = new HashMap<>();

  /**
   * Opens the layers below {@code root} and removes what was half unpacked, or was not on the disk
   * when the host went down.
   *
   * @param boot tells one boot of the host from another
   */
  public Layers(Path root, LayerLimits limits, String boot) throws IOException {
    this.root = root;
    this.partial = root.resolve(PARTIAL);
    this.unpacker = new LayerUnpacker(limits);
    this.unsynced = new UnsyncedLayers(root.resolve(UNSYNCED), boot, new DiskSync(root));
    if (Files.exists(partial)) {
      Trees.delete(partial);
    }
    Files.createDirectories(partial);
    for (Digest diffId : unsynced.lost()) {
      if (Files.isDirectory(folder(diffId))) {
        Trees.delete(aside(diffId));
      }
    }
  }

  /** Where a layer is. */
  public Path folder(Digest diffId) {
    return root.resolve(diffId.algorithm()).resolve(diffId.hex());
  }

  /** Makes sure that all layers are here. */
  public void ensure(List<ResolvedImage.Layer> layers, BlobSource source) throws IOException {
    List<Fetch> all = new ArrayList<>();
    for (ResolvedImage.Layer layer : layers) {
      if (!isHere(layer)) {
        all.add(fetch(layer, source));
      }
    }
    for (Fetch one : all) {
      try {
        one.await();
      } catch (IOException | RuntimeException e) {
        // What kept another from it need not keep this one.
        if (one.isOwn()) {
          throw e;
        }
        ensure(List.of(one.layer()), source);
      }
    }
    if (!all.isEmpty()) {
      // Those that were here at first may have gone while others came.
      ensure(layers, source);
    }
  }

  /**
   * Makes sure of layers that were here once.
   *
   * @param source of what a power cut has taken
   */
  public void restore(List<Digest> diffIds, BlobSource source) throws IOException {
    List<ResolvedImage.Layer> lost = new ArrayList<>();
    for (Digest diffId : diffIds) {
      ResolvedImage.Layer layer = unsynced.lost(diffId);
      if (layer != null) {
        lost.add(layer);
      }
    }
    ensure(lost, source);
  }

  /** Brings to the disk what has come a while ago. */
  public void settle(Duration rest) throws IOException {
    unsynced.settle(rest);
  }

  /** Whether it is here, and from now on stays for as long as layers are kept. */
  private synchronized boolean isHere(ResolvedImage.Layer layer) {
    needed.put(layer.diffId(), System.nanoTime());
    return Files.isDirectory(folder(layer.diffId()));
  }

  /**
   * Removes the layers that were not needed for so long.
   *
   * @param used needed at this moment
   */
  public void removeUnused(Set<Digest> used, Duration keep) throws IOException {
    Set<Digest> all = all();
    forgetAbsent(all);
    for (Digest diffId : all) {
      Path aside = setAside(diffId, used.contains(diffId), keep);
      if (aside != null) {
        Trees.delete(aside);
      }
    }
    for (Digest diffId : unsynced.lost()) {
      if (!used.contains(diffId)) {
        unsynced.forgetLost(diffId);
      }
    }
  }

  /** What was asked for and did not come; what comes meanwhile is noted anew when it is here. */
  private synchronized void forgetAbsent(Set<Digest> all) {
    needed.keySet().retainAll(all);
  }

  private Set<Digest> all() throws IOException {
    Set<Digest> all = new HashSet<>();
    try (Stream<Path> algorithms = Files.list(root)) {
      for (Path algorithm : algorithms.filter(one -> !APART.contains(name(one))).toList()) {
        try (Stream<Path> layers = Files.list(algorithm)) {
          layers.forEach(layer -> all.add(new Digest(name(algorithm) + ":" + name(layer))));
        }
      }
    }
    return all;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** Where it is from now on, that nobody finds it any more; null where it stays. */
  private synchronized @Nullable Path setAside(Digest diffId, boolean used, Duration keep)
      throws IOException {
    long now = System.nanoTime();
    Long last = used ? needed.put(diffId, now) : needed.putIfAbsent(diffId, now);
    if (used || last == null || now - last < keep.toNanos()) {
      return null;
    }
    needed.remove(diffId);
    Path aside = aside(diffId);
    // Only now: a layer that can still be found has its note as long as it may not be on the disk.
    unsynced.forget(diffId);
    return aside;
  }

  /** Takes a layer out of sight, to be removed. */
  private Path aside(Digest diffId) throws IOException {
    Path aside = Files.createTempDirectory(partial, "unused");
    Files.move(folder(diffId), aside.resolve("layer"), StandardCopyOption.ATOMIC_MOVE);
    return aside;
  }

  /** A layer on its way, to the one who began it and to all who ask meanwhile. */
  private record Fetch(ResolvedImage.Layer layer, CompletableFuture<Void> end, boolean isOwn) {
    void await() throws IOException {
      try {
        end.join();
      } catch (CompletionException e) {
        switch (e.getCause()) {
          case IOException cause -> throw cause;
          // As that image-service is away, which is no fault of the node.
          case RuntimeException cause -> throw cause;
          case null, default -> throw e;
        }
      }
    }
  }

  private Fetch fetch(ResolvedImage.Layer layer, BlobSource source) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> others = underWay.putIfAbsent(layer.diffId(), mine);
    if (others != null) {
      return new Fetch(layer, others, false);
    }
    // No virtual one: it hardly ever waits, and those that answer calls have to go on.
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .name("layer-" + layer.diffId().hex().substring(0, 12))
            .start(
                () -> {
                  try {
                    take(layer, source);
                    underWay.remove(layer.diffId());
                    mine.complete(null);
                  } catch (Throwable e) {
                    // Whatever it is, those who wait are told.
                    underWay.remove(layer.diffId());
                    mine.completeExceptionally(e);
                  }
                });
    return new Fetch(layer, mine, true);
  }

  private void take(ResolvedImage.Layer layer, BlobSource source)
      throws IOException, InterruptedException {
    if (isHere(layer)) {
      return;
    }
    try {
      make(layer, source);
    } catch (IOException | RuntimeException e) {
      if (!source.hasSurer(layer)) {
        throw e;
      }
      make(layer, source);
    }
  }

  private void make(ResolvedImage.Layer layer, BlobSource source)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(partial, layer.diffId().hex().substring(0, 12));
    try {
      unpack(layer, source, folder);
      Files.createDirectories(root.resolve(layer.diffId().algorithm()));
      unsynced.note(layer);
      Files.move(folder, folder(layer.diffId()), StandardCopyOption.ATOMIC_MOVE);
      unsynced.found(layer.diffId());
    } catch (Throwable e) {
      Trees.delete(folder);
      throw e;
    }
  }

  private void unpack(ResolvedImage.Layer layer, BlobSource source, Path folder)
      throws IOException, InterruptedException {
    slots.acquire();
    try (LayerStream stream = new LayerStream(layer, source.open(layer))) {
      unpacker.unpack(stream.tar(), folder);
      stream.requireWhole();
    } finally {
      slots.release();
    }
  }
}
