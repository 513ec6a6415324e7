package dev.gantry.image.repair;

import static dev.gantry.image.db.Tables.MANIFEST;
import static dev.gantry.image.db.Tables.MANIFEST_LAYER;
import static dev.gantry.image.db.Tables.MANIFEST_PART;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.PushedManifest;
import dev.gantry.image.manifest.RefusedImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Reads the whole store while it is in use: every blob against its digest and its row, every
 * manifest against what it names. What comes or goes meanwhile is no defect; what looks like one is
 * looked at again while nobody adds or removes.
 */
public final class Verification {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DSLContext database;
  private final BlobStore blobs;
  private final List<String> defects = new ArrayList<>();
  private long bytes;

  public Verification(DSLContext database, BlobStore blobs) {
    this.database = database;
    this.blobs = blobs;
  }

  /**
   * What was read, and what is wrong.
   *
   * @param bytes of all blobs
   */
  public record Outcome(long blobs, long bytes, long manifests, List<String> defects) {}

  /** To be called once. */
  public Outcome run() throws IOException {
    Map<Digest, Long> rows = BlobRows.all(database);
    for (Map.Entry<Digest, Long> row : rows.entrySet()) {
      blob(row.getKey(), row.getValue());
    }
    for (Digest file : blobs.list()) {
      if (!rows.containsKey(file)) {
        withoutRow(file);
      }
    }
    defects.addAll(blobs.strangers());
    Map<String, String> manifests =
        database
            .select(MANIFEST.DIGEST, MANIFEST.MEDIA_TYPE)
            .from(MANIFEST)
            .fetchMap(MANIFEST.DIGEST, MANIFEST.MEDIA_TYPE);
    for (Map.Entry<String, String> manifest : manifests.entrySet()) {
      manifest(new Digest(manifest.getKey()), manifest.getValue());
    }
    teams();
    return new Outcome(rows.size(), bytes, manifests.size(), List.copyOf(defects));
  }

  private void blob(Digest digest, long size) throws IOException {
    Optional<Blob> opened = blobs.read(digest);
    if (opened.isEmpty()) {
      withoutFile(digest);
      return;
    }
    try (Blob blob = opened.get();
        InputStream content = blob.stream()) {
      MessageDigest hash = digest.newHash();
      long count = read(content, hash);
      bytes += count;
      if (count != size) {
        defects.add("blob %s has %d bytes, not %d".formatted(digest, count, size));
      }
      if (!HexFormat.of().formatHex(hash.digest()).equals(digest.hex())) {
        defects.add("blob " + digest + " has other content than its digest says");
      }
    } catch (NoSuchFileException _) {
      withoutFile(digest);
    }
  }

  private static long read(InputStream content, MessageDigest hash) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long total = 0;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      total += count;
      hash.update(buffer, 0, count);
    }
    return total;
  }

  private void withoutFile(Digest digest) throws IOException {
    boolean missing =
        alone(StoreLock.NAMING, tx -> BlobRows.exists(tx, digest) && !blobs.has(digest));
    if (missing) {
      defects.add("blob " + digest + " has a row but no content");
    }
  }

  private void withoutRow(Digest digest) throws IOException {
    boolean stray =
        alone(StoreLock.REMOVING, tx -> !BlobRows.exists(tx, digest) && blobs.has(digest));
    if (stray) {
      defects.add("blob " + digest + " has content but no row");
    }
  }

  private interface Question {
    boolean answer(DSLContext transaction) throws IOException;
  }

  private boolean alone(StoreLock lock, Question question) throws IOException {
    try {
      return database.transactionResult(
          configuration -> {
            DSLContext transaction = DSL.using(configuration);
            lock.take(transaction);
            return unchecked(() -> question.answer(transaction));
          });
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static <T> T unchecked(Callable<T> action) throws Exception {
    try {
      return action.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void manifest(Digest digest, String mediaType) throws IOException {
    PushedManifest manifest;
    try {
      manifest = PushedManifest.parse(blobs.readSmall(digest, ImageManifest.LIMIT), mediaType);
    } catch (NoSuchFileException _) {
      withoutFile(digest);
      return;
    } catch (RefusedImageException e) {
      defects.add("manifest " + digest + ": " + e.getMessage());
      return;
    }
    Set<String> held = parts(digest);
    Set<String> unnamed = new HashSet<>(held);
    Set<String> layers = layers(digest);
    if (held.isEmpty() && manifest.parts().findAny().isPresent() && !isManifest(digest)) {
      return; // removed meanwhile
    }
    for (ContentDescriptor part : manifest.parts().toList()) {
      String name = part.digest().value();
      layers.remove(name);
      unnamed.remove(name); // which may be named more than once
      // Of an index that was pulled the manifests of other platforms are elsewhere.
      if (!held.contains(name)) {
        if (!manifest.isIndex()) {
          defects.add("manifest " + digest + " names " + name + ", which is not kept for it");
        }
        continue;
      }
      Optional<Long> size = BlobRows.size(database, part.digest());
      if (size.isPresent() && size.get() != part.size()) {
        defects.add(
            "manifest %s says that %s has %d bytes; it has %d"
                .formatted(digest, name, part.size(), size.get()));
      }
    }
    unnamed.forEach(
        part -> defects.add("manifest " + digest + " does not name " + part + ", kept for it"));
    layers.forEach(
        layer -> defects.add("manifest " + digest + " does not name its layer " + layer));
  }

  /** At one instant, whatever is added meanwhile. */
  private void teams() {
    database
        .fetch(
            """
            select team_usage.team, bytes, coalesce(sum(size), 0)
            from team_usage left join team_blob on team_blob.team = team_usage.team
            group by team_usage.team, bytes having bytes <> coalesce(sum(size), 0)
            """)
        .forEach(
            row ->
                defects.add(
                    "team %s is counted with %s bytes, its blobs have %s"
                        .formatted(row.get(0), row.get(1), row.get(2))));
  }

  private boolean isManifest(Digest digest) {
    return database.fetchExists(MANIFEST, MANIFEST.DIGEST.eq(digest.value()));
  }

  private Set<String> parts(Digest manifest) {
    return new HashSet<>(
        database
            .select(MANIFEST_PART.PART)
            .from(MANIFEST_PART)
            .where(MANIFEST_PART.MANIFEST.eq(manifest.value()))
            .fetch(MANIFEST_PART.PART));
  }

  private Set<String> layers(Digest manifest) {
    return new HashSet<>(
        database
            .select(MANIFEST_LAYER.LAYER)
            .from(MANIFEST_LAYER)
            .where(MANIFEST_LAYER.MANIFEST.eq(manifest.value()))
            .fetch(MANIFEST_LAYER.LAYER));
  }
}
