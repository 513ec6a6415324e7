package dev.gantry.node.snapshot;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.DiskSync;
import dev.gantry.node.kernel.DurableFile;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Notes of the layers that may not be on the disk yet. A layer is used as soon as it is unpacked,
 * and the kernel writes it in its own time; after a power cut before that, what is there of it is
 * worth nothing, and it has to be fetched again. The note is on the disk before the layer is to be
 * seen, and goes when all of the layer is there.
 *
 * <pre>
 * sha256-HEX   of a layer, by its diff ID: which boot of the host it is of, and where it is from
 * </pre>
 */
final class UnsyncedLayers {
  /** On the disk. */
  private record Note(String boot, ResolvedImage.Layer layer) {}

  private final Path folder;
  private final String boot;
  private final DiskSync disk;

  /** Of this boot; since when, by the clock of {@link System#nanoTime}. */
  private final Map<Digest, Long> waiting = new ConcurrentHashMap<>();

  private final Map<Digest, ResolvedImage.Layer> lost = new ConcurrentHashMap<>();

  /**
   * Reads the notes.
   *
   * @param boot tells one boot of the host from another (boot_id of proc_sys_kernel(5))
   */
  UnsyncedLayers(Path folder, String boot, DiskSync disk) throws IOException {
    this.folder = folder;
    this.boot = boot;
    this.disk = disk;
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(DurableFile.BESIDE)) {
          Files.delete(file);
        } else {
          read(file);
        }
      }
    }
  }

  private void read(Path file) throws IOException {
    Note note;
    try {
      note = EngineJson.MAPPER.readValue(Files.readAllBytes(file), Note.class);
    } catch (JacksonException e) {
      throw new IOException("cannot read the note of a layer, " + file + ": " + e.getMessage(), e);
    }
    Digest diffId = note.layer().diffId();
    if (note.boot().equals(boot)) {
      waiting.put(diffId, System.nanoTime());
    } else {
      lost.put(diffId, note.layer());
    }
  }

  /** Those that a power cut may have taken, in part or as a whole. */
  Set<Digest> lost() {
    return Set.copyOf(lost.keySet());
  }

  /** Where one of those can be fetched again; null where it is none of them. */
  ResolvedImage.@Nullable Layer lost(Digest diffId) {
    return lost.get(diffId);
  }

  /** Before the layer is there for all to see. */
  synchronized void note(ResolvedImage.Layer layer) throws IOException {
    DurableFile.write(
        file(layer.diffId()), EngineJson.MAPPER.writeValueAsBytes(new Note(boot, layer)));
    waiting.put(layer.diffId(), System.nanoTime());
  }

  /** It is there for all to see again. */
  void found(Digest diffId) {
    lost.remove(diffId);
  }

  private Path file(Digest diffId) {
    return folder.resolve(diffId.algorithm() + "-" + diffId.hex());
  }

  /** The layer is not there any more. */
  synchronized void forget(Digest diffId) throws IOException {
    waiting.remove(diffId);
    Files.deleteIfExists(file(diffId));
  }

  /** Nobody needs one that a power cut has taken; one that is coming again keeps its note. */
  synchronized void forgetLost(Digest diffId) throws IOException {
    if (lost.remove(diffId) != null && !waiting.containsKey(diffId)) {
      Files.deleteIfExists(file(diffId));
    }
  }

  /** Brings those to the disk that have waited for so long. */
  void settle(Duration rest) throws IOException {
    long now = System.nanoTime();
    Map<Digest, Long> due = new HashMap<>(waiting);
    due.values().removeIf(since -> now - since < rest.toNanos());
    if (!due.isEmpty()) {
      disk.await();
      settled(due);
    }
  }

  /** One that has come anew meanwhile goes on waiting. */
  private synchronized void settled(Map<Digest, Long> due) throws IOException {
    for (var one : due.entrySet()) {
      if (waiting.remove(one.getKey(), one.getValue())) {
        Files.deleteIfExists(file(one.getKey()));
      }
    }
  }
}
