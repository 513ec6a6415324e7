package dev.gantry.audit.subscribe;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those who wait for the trail to grow; what it grew by, they read themselves. */
public final class Growth {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private long count;

  /** The trail may have grown. */
  public void tell() {
    lock.lock();
    try {
      count++;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the count is another than {@code seen}, at most so long. */
  public void await(long seen, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (count == seen && nanos > 0) {
        nanos = grown.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The unit of the pause between two looks of a listener, for whom a commit may come just after
   * the wake-up.
   */
  public static final Duration LOOK_ANYWAY = Duration.ofMillis(TimeUnit.SECONDS.toMillis(1));
}
