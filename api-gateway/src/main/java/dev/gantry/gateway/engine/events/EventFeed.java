package dev.gantry.gateway.engine.events;

import dev.gantry.gateway.call.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One caller's events: the past if it was asked for, then what comes. It listens before the past is
 * read and passes over what the past already had, so that nothing is lost or told twice between the
 * two. A caller that reads too slowly is let go rather than lied to.
 */
final class EventFeed implements Answer.Feed {
  private static final int WAITING = 16_384;
  private static final Duration FOREVER = Duration.ofDays(1);

  private final EventHistory.@Nullable Past past;
  private final EventHub.Listening listening;
  private final BlockingQueue<Seen> queue;
  private final @Nullable Instant until;
  private final InstantSource clock;
  private volatile @Nullable Thread runner;
  private volatile boolean stopped;

  /** Events that listening has brought before the past was known. */
  static final class Inbox {
    private final BlockingQueue<Seen> queue = new LinkedBlockingQueue<>(WAITING);
    private volatile boolean overrun;
    private final EventHub.Listening listening;

    Inbox(EventHub hub, Predicate<Seen> wanted) {
      this.listening =
          hub.listen(
              seen -> {
                if (wanted.test(seen) && !queue.offer(seen)) {
                  overrun = true;
                }
              });
    }

    void close() {
      listening.close();
    }
  }

  private final Inbox inbox;

  EventFeed(
      Inbox inbox, EventHistory.@Nullable Past past, @Nullable Instant until, InstantSource clock) {
    this.inbox = inbox;
    this.past = past;
    this.listening = inbox.listening;
    this.queue = inbox.queue;
    this.until = until;
    this.clock = clock;
  }

  @Override
  public void run(OutputStream client) throws IOException {
    runner = Thread.currentThread();
    try (listening) {
      Map<TopicPartition, Long> ends = past == null ? Map.of() : past.ends();
      if (past != null) {
        for (Seen seen : past.events()) {
          client.write(seen.line().bytes());
        }
      }
      while (!stopped && !inbox.overrun) {
        Duration left = left();
        if (!left.isPositive()) {
          return;
        }
        Seen seen = queue.poll(left.toMillis(), TimeUnit.MILLISECONDS);
        if (seen != null && seen.offset() >= ends.getOrDefault(seen.partition(), 0L)) {
          client.write(seen.line().bytes());
        }
      }
    } catch (InterruptedException _) {
      Thread.interrupted();
    }
  }

  private Duration left() {
    return until == null ? FOREVER : Duration.between(clock.instant(), until);
  }

  @Override
  public void stop() {
    stopped = true;
    listening.close();
    Thread thread = runner;
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }
}
