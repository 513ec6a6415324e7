package dev.gantry.network.lease;

import dev.gantry.network.network.Networks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the leases back of nodes that nothing was heard of for the whole term. Only silence that
 * somebody listened to counts: while this service or its database is away, no node can be heard.
 * Several instances count no moment twice, as each counts on from where the last one stopped.
 */
public final class Silence implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Silence.class);

  /** No request is on its way for longer. */
  private static final Duration GRAVESTONES = Duration.ofDays(1);

  private final DSLContext database;
  private final Duration term;
  private final Duration period;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("lease-silence").factory());

  /**
   * @param period between two looks; a longer time since the last one was not listened to
   */
  public Silence(DSLContext database, Duration term, Duration period) {
    this.database = database;
    this.term = term;
    this.period = period;
  }

  /** Looks from now on. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      listen();
    } catch (RuntimeException e) {
      log.info("the silence of nodes was not looked at: {}", e.getMessage());
    }
  }

  /** Counts the silence since the last look, and takes back what has come to its term. */
  void listen() {
    int _ =
        database.execute(
            "UPDATE network.host SET silence_ms = silence_ms + LEAST(GREATEST(extract(epoch FROM"
                + " now() - counted_to) * 1000, 0), ?)::bigint, counted_to = GREATEST(counted_to,"
                + " now())",
            2 * period.toMillis());
    List<String> silent =
        database
            .fetch(
                "SELECT DISTINCT h.node FROM network.host h JOIN network.lease l ON l.node = h.node"
                    + " WHERE h.silence_ms >= ?",
                term.toMillis())
            .map(row -> row.get(0, String.class));
    silent.forEach(this::takeBack);
    // Not with the leases: who lends locks network and host the other way round.
    Networks.forget(database);
    int _ =
        database.execute(
            "DELETE FROM network.returned_lease WHERE returned_at < now() - make_interval(secs =>"
                + " ?)",
            GRAVESTONES.toSeconds());
  }

  private void takeBack(String node) {
    int count =
        database.transactionResult(
            configuration -> {
              DSLContext transaction = DSL.using(configuration);
              // A node that is heard of meanwhile waits here, or is seen here to have been heard
              // of.
              boolean silent =
                  transaction.fetchOne(
                          "SELECT 1 FROM network.host WHERE node = ? AND silence_ms >= ? FOR"
                              + " UPDATE",
                          node,
                          term.toMillis())
                      != null;
              if (!silent) {
                return 0;
              }
              int _ =
                  transaction.execute(
                      "INSERT INTO network.returned_lease (id, returned_at) SELECT id, now() FROM"
                          + " network.lease WHERE node = ? ON CONFLICT DO NOTHING",
                      node);
              return transaction.execute("DELETE FROM network.lease WHERE node = ?", node);
            });
    if (count > 0) {
      log.warn(
          "{} leases of node {} were taken back: nothing was heard of it for {}",
          count,
          node,
          term);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
