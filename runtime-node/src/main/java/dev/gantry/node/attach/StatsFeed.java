package dev.gantry.node.attach;

import dev.gantry.engine.ContainerStats;
import dev.gantry.engine.EngineJson;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last sample of one container. Whoever wants a newer one takes it for all others too, so that
 * the cost does not grow with those who follow.
 */
final class StatsFeed {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A sample is compared with one before it only where that is not older. */
  private static final Duration COMPARABLE = Duration.ofSeconds(5);

  private final StatsSource source;
  private @Nullable Taken last;

  StatsFeed(StatsSource source) {
    this.source = source;
  }

  /**
   * One sample.
   *
   * @param json as it goes to every client
   * @param at on the clock of {@link System#nanoTime}
   * @param life the run that it is of; null where none was going on
   * @param compared whether there is a sample before it
   */
  record Taken(
      ContainerStats stats, byte[] json, long at, State.@Nullable Life life, boolean compared) {

    /** When the next one is due. */
    long next() {
      return at + INTERVAL.toNanos();
    }
  }

  /** A sample that is not older than the interval. */
  Taken recent(ContainerCell cell) throws IOException {
    return since(cell, System.nanoTime() - INTERVAL.toNanos());
  }

  /** A sample of that time or later. */
  synchronized Taken since(ContainerCell cell, long time) throws IOException {
    ContainerRecord record = cell.record();
    State.Life life = record.state().life();
    Taken before = last != null && Objects.equals(last.life(), life) ? last : null;
    if (before != null && before.at() - time >= 0) {
      return before;
    }
    long now = System.nanoTime();
    ContainerStats earlier =
        before != null && life != null && now - before.at() < COMPARABLE.toNanos()
            ? before.stats()
            : null;
    ContainerStats stats = source.sample(record, earlier);
    byte[] json = EngineJson.MAPPER.writeValueAsBytes(stats);
    Taken taken = new Taken(stats, json, now, life, earlier != null);
    last = taken;
    return taken;
  }
}
