package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A load's own corner of the store: files that are not blobs yet. They are synced in the background
 * while the next one is written. Closing it removes what was not published, and ends what was begun
 * for its time.
 *
 * <p>Used by one thread.
 */
public final class Staging implements AutoCloseable {
  private static final long EARLY = 16 << 20;

  private final Path directory;
  private final ExecutorService syncer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("image-sync-", 0).factory());
  private final List<Future<?>> syncs = new ArrayList<>();
  private final List<Runnable> ends = new ArrayList<>();
  private int files;

  Staging(Path directory) {
    this.directory = directory;
  }

  /** A new file; the caller writes and closes it, then calls {@link #sync}. */
  public Path newFile() throws IOException {
    if (files == 0) {
      Files.createDirectory(directory);
    }
    return directory.resolve(Integer.toString(files++));
  }

  /**
   * Writes a new file. What is large is on its way to the disk before it is whole, as the last sync
   * would wait for all of it.
   */
  public OutputStream write(Path file) throws IOException {
    OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new FilterOutputStream(out) {
      private long unsynced;
      private @Nullable Future<?> running;

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        unsynced += length;
        if (unsynced >= EARLY && (running == null || running.isDone())) {
          unsynced = 0;
          running = begin(file);
        }
      }
    };
  }

  /** Starts to bring the file to the disk. */
  public void sync(Path file) {
    Future<?> _ = begin(file);
  }

  private Future<?> begin(Path file) {
    Future<?> sync =
        syncer.submit(
            () -> {
              Durable.sync(file);
              return null;
            });
    syncs.add(sync);
    return sync;
  }

  /** A small blob of which the bytes are at hand. */
  public StagedBlob stage(byte[] content) throws IOException {
    Path file = newFile();
    try (OutputStream out = write(file)) {
      out.write(content);
    }
    sync(file);
    return new StagedBlob(Digest.ofBytes(content), content.length, file);
  }

  /** Returns when everything given to {@link #sync} is on the disk. */
  public void awaitSynced() throws IOException, InterruptedException {
    for (Future<?> sync : syncs) {
      try {
        sync.get();
      } catch (ExecutionException e) {
        throw new IOException("cannot write to the image store: " + e.getMessage(), e);
      }
    }
    syncs.clear();
  }

  /** Has something done when this is closed, whatever else fails then. */
  public void atEnd(Runnable end) {
    ends.add(end);
  }

  @Override
  public void close() {
    ends.forEach(Runnable::run);
    syncer.shutdown();
    try {
      for (Future<?> sync : syncs) {
        sync.cancel(false);
      }
      syncer.close();
      Durable.removeTree(directory);
    } catch (UncheckedIOException e) {
      // The next start removes it.
      System.getLogger(Staging.class.getName())
          .log(System.Logger.Level.WARNING, "cannot remove " + directory, e);
    }
  }
}
