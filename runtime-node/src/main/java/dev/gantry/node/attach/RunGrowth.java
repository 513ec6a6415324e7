package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.log.Growth;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.stream.StreamConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Follows the output of one run of a container for one client, until run or client is over. */
final class RunGrowth implements Growth, AutoCloseable {
  private static final long LOOK_ANYWAY_SECONDS = 5;

  private final ContainerCell cell;
  private final int run;
  private final StreamConnection connection;
  private final Semaphore wake = new Semaphore(0);
  private final ContainerCell.Watch states;
  private final AutoCloseable writes;
  private volatile boolean left;

  RunGrowth(ContainerCell cell, int run, StreamConnection connection, LogWatch watch, Path folder)
      throws IOException {
    this.cell = cell;
    this.run = run;
    this.connection = connection;
    this.states = cell.watch(wake::release);
    this.writes = watch.follow(folder, wake::release);
    connection.onGone(wake::release);
  }

  /** The client wants no more, though it may still be there. */
  void leave() {
    left = true;
    wake.release();
  }

  @Override
  public boolean ended() {
    return cell.endedRuns() >= run || cell.isGone();
  }

  @Override
  public boolean await(long position) throws InterruptedException {
    if (!left && !connection.isGone()) {
      var unused = wake.tryAcquire(LOOK_ANYWAY_SECONDS, TimeUnit.SECONDS);
      wake.drainPermits();
    }
    return !left && !connection.isGone();
  }

  @Override
  public void close() {
    states.close();
    try {
      writes.close();
    } catch (Exception _) {
      // A watch that is gone already is as closed as it can be.
    }
  }
}
