package dev.gantry.image.transfer;

import dev.gantry.engine.TeamId;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/** How many pulls and pushes each team has under way, so that none takes all that there is. */
final class Transfers {
  private final int limit;
  private final ConcurrentMap<TeamId, Semaphore> free = new ConcurrentHashMap<>();

  Transfers(int limit) {
    this.limit = limit;
  }

  /** One that is under way until it is closed. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  Running begin(TeamId team) {
    Semaphore places = free.computeIfAbsent(team, _ -> new Semaphore(limit));
    if (!places.tryAcquire()) {
      throw new ServiceException(
          ErrorCode.UNAVAILABLE,
          "the team has " + limit + " pulls and pushes under way; try again later");
    }
    return places::release;
  }
}
