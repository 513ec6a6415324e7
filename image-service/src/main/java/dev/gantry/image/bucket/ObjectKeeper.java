package dev.gantry.image.bucket;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after objects: tells that this instance's holds go on, removes what nothing needs any more,
 * and sweeps the bucket for what nobody knows. Every instance does; what two do, is done once.
 */
final class ObjectKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ObjectKeeper.class);
  private static final Duration RENEWAL = Duration.ofSeconds(10);
  private static final Duration REMOVAL = Duration.ofMinutes(1);
  private static final Duration SWEEP = Duration.ofHours(1);

  /** How many are removed before whoever waits goes on; the rest goes with the next run. */
  private static final int MOST_AT_ONCE = 500;

  private final Bucket bucket;
  private final ObjectRows rows;
  private final Set<UUID> holds = ConcurrentHashMap.newKeySet();
  private final ReentrantLock removing = new ReentrantLock();
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(2, Thread.ofVirtual().name("image-objects-", 0).factory());

  ObjectKeeper(Bucket bucket, ObjectRows rows) {
    this.bucket = bucket;
    this.rows = rows;
  }

  void start() {
    every(RENEWAL, () -> rows.renew(holds));
    every(
        REMOVAL,
        () -> {
          rows.releaseLost(List.of());
          removeUnneeded();
        });
    every(SWEEP, this::sweep);
  }

  private interface Work {
    void run() throws IOException;
  }

  private void every(Duration time, Work work) {
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(
            () -> attempt(work), time.toMillis(), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void attempt(Work work) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      log.warn("cannot look after the objects of blobs: {}; trying again later", e.getMessage());
    }
  }

  void add(ObjectRows.Held held) {
    boolean _ = holds.add(held.hold());
  }

  /** Ends a hold; where the database is away, it ends by itself. */
  void release(ObjectRows.Held held) {
    boolean _ = holds.remove(held.hold());
    attempt(() -> rows.release(held.hold()));
  }

  /** Ends the hold of an object that was put, and removes it where it has become no blob's. */
  void releaseOwn(ObjectRows.Held held) {
    release(held);
    remove(() -> List.of(held.object()));
  }

  /** Removes what no blob has and nobody holds; what is not removed now, is later. */
  void removeUnneeded() {
    remove(() -> rows.unneeded(MOST_AT_ONCE));
  }

  /** One at a time, so that a bucket that is away keeps one connection to the database, not all. */
  private void remove(Supplier<List<String>> names) {
    if (removing.tryLock()) {
      try {
        attempt(() -> names.get().forEach(name -> rows.forget(name, bucket::delete)));
      } finally {
        removing.unlock();
      }
    }
  }

  /** All of it once, at the start. */
  void tidy() {
    removeUnneeded();
    attempt(this::sweep);
    int elsewhere = rows.blobsElsewhere();
    if (elsewhere > 0) {
      log.error("{} blobs are not in the bucket: they were stored in a folder", elsewhere);
    }
  }

  /**
   * Removes what is in the bucket and is not known. It is listed first: an object is known before
   * it is put, and one that is known no more, never will be again.
   */
  private void sweep() throws IOException {
    List<String> garbage = new ArrayList<>();
    bucket.list(ObjectName.FOLDER, names -> garbage.addAll(rows.unknown(names)));
    garbage.forEach(bucket::delete);
    List<Bucket.Unfinished> abandoned = new ArrayList<>();
    bucket.listUnfinished(
        ObjectName.FOLDER,
        page -> {
          Set<String> unknown = rows.unknown(page.stream().map(Bucket.Unfinished::name).toList());
          page.stream().filter(one -> unknown.contains(one.name())).forEach(abandoned::add);
        });
    for (Bucket.Unfinished one : abandoned) {
      bucket.abort(one);
    }
    if (!garbage.isEmpty() || !abandoned.isEmpty()) {
      log.info(
          "removed {} objects and {} unfinished uploads that were nobody's",
          garbage.size(),
          abandoned.size());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    attempt(rows::releaseOwn);
  }
}
