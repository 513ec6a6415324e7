package dev.gantry.node.files;

import dev.gantry.engine.TeamId;
import dev.gantry.node.archive.Memory;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Memory for work on the files of containers: a quarter of the heap, of which one team has half at
 * most. Who finds none waits; who has waited too long is refused. As folders that are open are
 * bounded for each piece of work, this bounds all of them, too.
 */
public final class FileRoom {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final int perTeam;
  private final Duration longestWait;
  private final Semaphore all;
  private final Map<TeamId, Semaphore> teams = new ConcurrentHashMap<>();

  FileRoom(long bytes, Duration longestWait) {
    int pieces = (int) Math.clamp(bytes / Memory.PIECE_BYTES, 2, Integer.MAX_VALUE);
    this.perTeam = pieces / 2;
    this.longestWait = longestWait;
    this.all = new Semaphore(pieces, true);
  }

  static FileRoom ofHeap() {
    return new FileRoom(Runtime.getRuntime().maxMemory() / 4, LONGEST_WAIT);
  }

  /**
   * Takes memory, waiting for it.
   *
   * @param pieces of {@link Memory#PIECE_BYTES} each; who wants more than a team may have gets that
   */
  Place take(TeamId team, int pieces) {
    int wanted = Math.min(pieces, perTeam);
    Semaphore ofTeam = teams.computeIfAbsent(team, _ -> new Semaphore(perTeam, true));
    long end = System.nanoTime() + longestWait.toNanos();
    require(ofTeam, wanted, end);
    try {
      require(all, wanted, end);
    } catch (RuntimeException e) {
      ofTeam.release(wanted);
      throw e;
    }
    return new Place(ofTeam, wanted);
  }

  private static void require(Semaphore from, int pieces, long end) {
    try {
      if (from.tryAcquire(pieces, end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw new ServiceException(
        ErrorCode.UNAVAILABLE, "too much work on files of containers is under way");
  }

  /** What one piece of work has; it goes back at its end. */
  public final class Place implements Memory, AutoCloseable {
    private final Semaphore ofTeam;
    private int pieces;

    private Place(Semaphore ofTeam, int pieces) {
      this.ofTeam = ofTeam;
      this.pieces = pieces;
    }

    @Override
    public boolean more() {
      if (!ofTeam.tryAcquire()) {
        return false;
      }
      if (!all.tryAcquire()) {
        ofTeam.release();
        return false;
      }
      pieces++;
      return true;
    }

    @Override
    public void close() {
      all.release(pieces);
      ofTeam.release(pieces);
      pieces = 0;
    }
  }
}
