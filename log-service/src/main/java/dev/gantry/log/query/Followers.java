package dev.gantry.log.query;

import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Known;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes who waits for the next lines of a container. However many wait, one statement an interval
 * looks for all of them, and none while nobody does. It looks in the database, so that it sees what
 * another instance has taken in as well.
 */
public final class Followers {
  private static final Logger log = LoggerFactory.getLogger(Followers.class);

  private final DSLContext database;
  private final Duration interval;
  private final Map<String, Set<Follower>> byContainer = new ConcurrentHashMap<>();
  private boolean looking;

  public Followers(DSLContext database, Duration interval) {
    this.database = database;
    this.interval = interval;
  }

  /** One who follows a container, until closed, by any thread. */
  public final class Follower implements AutoCloseable {
    private final String container;
    private final Semaphore wake = new Semaphore(0);
    private volatile @Nullable Known latest;
    private volatile boolean left;

    private Follower(String container) {
      this.container = container;
    }

    /**
     * Waits until more is known of the container than {@code seen}; empty where the container is
     * gone or the follower is closed.
     */
    Optional<Known> next(Known seen) throws InterruptedException {
      while (!left) {
        Known now = latest;
        if (now != null && (now.nextLine() != seen.nextLine() || now.ended() != seen.ended())) {
          return Optional.of(now);
        }
        wake.acquire();
      }
      return Optional.empty();
    }

    private void tell(@Nullable Known known) {
      if (known == null) {
        close();
      } else if (!known.equals(latest)) {
        latest = known;
        wake.release();
      }
    }

    /** Nobody reads any more: ends the wait, also a later one. */
    @Override
    public void close() {
      byContainer.computeIfPresent(
          container,
          (_, followers) -> {
            followers.remove(this);
            return followers.isEmpty() ? null : followers;
          });
      left = true;
      wake.release();
    }
  }

  /** Begins to look for a container's lines. */
  public Follower follow(Known container) {
    Follower follower = new Follower(container.id());
    byContainer.compute(
        container.id(),
        (_, followers) -> {
          Set<Follower> all = followers == null ? ConcurrentHashMap.newKeySet() : followers;
          all.add(follower);
          return all;
        });
    startLooking();
    return follower;
  }

  private synchronized void startLooking() {
    if (!looking) {
      looking = true;
      Thread.ofVirtual().name("log-followers").start(this::run);
    }
  }

  private void run() {
    try {
      while (goesOn()) {
        Thread.sleep(interval);
        try {
          look();
        } catch (DataAccessException e) {
          log.debug("followers wait for the database: {}", e.toString());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean goesOn() {
    looking = !byContainer.isEmpty();
    return looking;
  }

  /** Looks once for all. */
  void look() {
    Map<String, Set<Follower>> waiting = Map.copyOf(byContainer);
    if (waiting.isEmpty()) {
      return;
    }
    Map<String, Known> found = Containers.find(database, List.copyOf(waiting.keySet()));
    waiting.forEach((id, followers) -> followers.forEach(follower -> follower.tell(found.get(id))));
  }
}
