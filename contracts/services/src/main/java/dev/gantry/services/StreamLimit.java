package dev.gantry.services;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many streams a process serves at once. Each has buffers for as long as a client likes; so
 * they are as many as fit in a share of the memory, and one more is refused rather than all ended.
 */
public final class StreamLimit {
  private static final double SHARE = 0.7;

  private final int most;
  private final Semaphore free;

  private StreamLimit(int most) {
    this.most = most;
    this.free = new Semaphore(most);
  }

  /**
   * As many as fit.
   *
   * @param bytes the memory of one that is idle
   */
  public static StreamLimit each(int bytes) {
    return of((int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() * SHARE / bytes));
  }

  static StreamLimit of(int most) {
    return new StreamLimit(most);
  }

  /** The place of one stream, given back once however often it is closed. */
  public static final class Place implements AutoCloseable {
    private final Semaphore from;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Place(Semaphore from) {
      this.from = from;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        from.release();
      }
    }
  }

  /** Takes a place, or says that there is none. */
  public Place take() {
    if (!free.tryAcquire()) {
      throw new ServiceException(
          ErrorCode.UNAVAILABLE,
          "%d streams are open, which is the most there can be".formatted(most));
    }
    return new Place(free);
  }
}
