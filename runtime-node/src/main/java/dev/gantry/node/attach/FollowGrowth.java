package dev.gantry.node.attach;

import dev.gantry.node.log.Growth;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.stream.Presence;
import dev.gantry.node.stream.StreamConnection;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Follows what a process writes for one client, until the process or the client is over. */
public final class FollowGrowth implements Growth, AutoCloseable {
  private static final Duration LOOK_ANYWAY = Duration.ofSeconds(5);

  private final BooleanSupplier over;
  private final StreamConnection connection;
  private final Semaphore wake = new Semaphore(0);
  private final AutoCloseable states;
  private final AutoCloseable writes;
  private volatile boolean left;
  private LongConsumer told = _ -> {};
  private Presence presence;

  /**
   * @param over whether the process has ended and all its output is in the file
   * @param states lets a watcher be told when {@code over} may have changed
   */
  public FollowGrowth(
      BooleanSupplier over,
      Function<Runnable, ? extends AutoCloseable> states,
      StreamConnection connection,
      LogWatch watch,
      Path file)
      throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException(file + " is in no folder");
    }
    this.over = over;
    this.connection = connection;
    this.states = states.apply(wake::release);
    this.writes = follow(watch, folder);
    this.presence = new Presence(connection, Duration.ZERO, false);
    connection.onChange(wake::release);
  }

  /** A folder that is gone already belongs to a container that is gone: nothing more will come. */
  private AutoCloseable follow(LogWatch watch, Path folder) throws IOException {
    try {
      return watch.follow(folder, wake::release);
    } catch (NoSuchFileException _) {
      return () -> {};
    }
  }

  /** The client wants no more, though it may still be there. */
  public void leave() {
    left = true;
    wake.release();
  }

  @Override
  public boolean ended() {
    return over.getAsBoolean();
  }

  @Override
  public boolean await(long position) throws InterruptedException {
    if (!left && !connection.isGone()) {
      long patience = Math.min(LOOK_ANYWAY.toNanos(), presence.patience().toNanos());
      var unused = wake.tryAcquire(patience, TimeUnit.NANOSECONDS);
      wake.drainPermits();
      presence.ask();
    }
    return !left && !connection.isGone();
  }

  /** Asks the client, too, whether it is there. */
  public FollowGrowth asking(Presence client) {
    presence = client;
    return this;
  }

  /** Tells how far the output was read. */
  public FollowGrowth telling(LongConsumer toTell) {
    told = toTell;
    return this;
  }

  @Override
  public void consumed(long position) {
    told.accept(position);
  }

  @Override
  public void close() {
    closeQuietly(states);
    closeQuietly(writes);
  }

  private static void closeQuietly(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception _) {
      // A watch that is gone already is as closed as it can be.
    }
  }
}
