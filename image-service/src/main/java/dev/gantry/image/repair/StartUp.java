package dev.gantry.image.repair;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StoreLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings files and rows together again after a death: half loads go, files without rows go, trash
 * is emptied.
 */
public final class StartUp {
  private static final Logger log = LoggerFactory.getLogger(StartUp.class);

  private final DSLContext database;
  private final BlobStore blobs;

  public StartUp(DSLContext database, BlobStore blobs) {
    this.database = database;
    this.blobs = blobs;
  }

  public void repair() throws IOException {
    blobs.removeLeftovers();
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
    blobs.emptyTrash(rows::contains);
    for (Digest file : blobs.list()) {
      if (!rows.contains(file)) {
        Optional<BlobStore.Trashed> stray = blobs.trash(file);
        if (stray.isPresent()) {
          blobs.remove(stray.get());
        }
      }
    }
    Set<Digest> files = Set.copyOf(blobs.list());
    rows.stream()
        .filter(digest -> !files.contains(digest))
        .forEach(digest -> log.error("blob {} has a row but no file", digest));
  }
}
