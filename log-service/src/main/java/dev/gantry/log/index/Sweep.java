package dev.gantry.log.index;

import dev.gantry.engine.ContainerId;
import dev.gantry.log.chunk.ChunkFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes, once after a start, files that were written for a transaction that never committed. */
public final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  /** Longer than a transaction may take, as another instance may be at work. */
  private static final Duration AGE = Duration.ofMinutes(10);

  private final DSLContext database;
  private final ChunkFiles files;
  private final InstantSource clock;

  public Sweep(DSLContext database, ChunkFiles files, InstantSource clock) {
    this.database = database;
    this.files = files;
    this.clock = clock;
  }

  /** Returns at once. */
  public void start() {
    Thread.ofVirtual()
        .name("sweep")
        .start(
            () -> {
              try {
                run();
              } catch (IOException | DataAccessException e) {
                log.warn("cannot look for files that nobody speaks of: {}", e.toString());
              }
            });
  }

  void run() throws IOException {
    files.visit(this::sweep);
  }

  private void sweep(ContainerId container, List<Path> found) throws IOException {
    Set<String> known = Pieces.files(database, container);
    for (Path file : found) {
      if (!known.contains(files.name(file))
          && Files.getLastModifiedTime(file).toInstant().plus(AGE).isBefore(clock.instant())) {
        log.info("removing {}: no transaction that wrote it committed", file);
        files.delete(files.name(file));
      }
    }
  }
}
