package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** {@code docker stats}: a sample a second; or one, with a sample before it unless one-shot. */
public final class StatsSession implements StreamSession {
  private final ContainerCell cell;
  private final StatsFeed feed;
  private final boolean stream;
  private final boolean oneShot;

  public StatsSession(ContainerCell cell, StatsFeeds feeds, boolean stream, boolean oneShot) {
    this.cell = cell;
    this.feed = feeds.of(cell);
    this.stream = stream;
    this.oneShot = oneShot;
  }

  @Override
  public void run(StreamConnection connection) throws Exception {
    var wake = new Semaphore(0);
    connection.onChange(wake::release);
    connection.startInput(StreamInput.IGNORED);
    OutputStream out = connection.output();
    StatsFeed.Taken taken = feed.recent(cell);
    if (!stream && !oneShot && taken.life() != null && !taken.compared()) {
      pause(wake, taken);
      taken = feed.since(cell, taken.next());
    }
    write(out, taken);
    while (stream && !connection.isGone() && !cell.isGone()) {
      pause(wake, taken);
      taken = feed.since(cell, taken.next());
      write(out, taken);
    }
  }

  private static void write(OutputStream out, StatsFeed.Taken taken) throws IOException {
    out.write(taken.json());
    out.write('\n');
    out.flush();
  }

  private static void pause(Semaphore wake, StatsFeed.Taken taken) throws InterruptedException {
    long left = taken.next() - System.nanoTime();
    var unused = wake.tryAcquire(left, TimeUnit.NANOSECONDS);
  }
}
