package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread that waits for many descriptors (epoll(7)): ends of processes, sockets and pipes. Each
 * registration fires once; whoever wants more arms it again. Callbacks run on the poller's thread
 * and must not block.
 */
public final class Poller implements AutoCloseable {
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLL_CTL_MOD = 3;
  private static final int EPOLLIN = 1;
  private static final int EPOLLOUT = 4;
  private static final int EPOLLONESHOT = 1 << 30;
  private static final int EVENT_BYTES =
      System.getProperty("os.arch", "").equals("aarch64") ? 16 : 12;
  private static final int DATA_OFFSET = EVENT_BYTES - 8;
  private static final int BATCH = 64;

  private final Fd epoll;
  private final Fd wake;
  private final Map<Long, Runnable> callbacks = new ConcurrentHashMap<>();
  private final AtomicLong nextKey = new AtomicLong(1);
  private final Thread thread;
  private volatile boolean closed;

  public Poller() throws KernelException {
    epoll = new Fd(Syscall.EPOLL_CREATE1.call("epoll", EPOLL_CLOEXEC), "epoll");
    wake = new Fd(Syscall.EVENTFD2.call("eventfd", 0, 0x80000 | 0x800), "eventfd");
    control(EPOLL_CTL_ADD, wake, EPOLLIN, 0);
    thread = Thread.ofPlatform().daemon().name("poller").start(this::loop);
  }

  /** A descriptor that is watched; closing it ends the watch but leaves the descriptor open. */
  public final class Watch implements AutoCloseable {
    private final Fd fd;
    private final int events;
    private final long key;

    private Watch(Fd fd, int events, long key) {
      this.fd = fd;
      this.events = events;
      this.key = key;
    }

    /** Fires once more. */
    public void arm() {
      try {
        control(EPOLL_CTL_MOD, fd, events | EPOLLONESHOT, key);
      } catch (KernelException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      callbacks.remove(key);
      Syscall.EPOLL_CTL.raw(epoll.number(), EPOLL_CTL_DEL, fd.number(), 0, 0);
    }
  }

  /** Calls {@code whenReadable} once when there is something to read, or the other end is gone. */
  public Watch watch(Fd fd, Runnable whenReadable) throws KernelException {
    return watch(fd, EPOLLIN, whenReadable);
  }

  /** Calls {@code whenWritable} once when there is room to write, or the other end is gone. */
  Watch watchRoom(Fd fd, Runnable whenWritable) throws KernelException {
    return watch(fd, EPOLLOUT, whenWritable);
  }

  private Watch watch(Fd fd, int events, Runnable callback) throws KernelException {
    long key = nextKey.getAndIncrement();
    callbacks.put(key, callback);
    Watch watch = new Watch(fd, events, key);
    try {
      control(EPOLL_CTL_ADD, fd, events | EPOLLONESHOT, key);
    } catch (KernelException e) {
      callbacks.remove(key);
      throw e;
    }
    return watch;
  }

  private void control(int operation, Fd fd, int events, long key) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_BYTES, 8);
      event.set(JAVA_INT_UNALIGNED, 0, events);
      event.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, key);
      Syscall.EPOLL_CTL.call(fd.subject(), epoll.number(), operation, fd.number(), event.address());
    }
  }

  private void loop() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate((long) BATCH * EVENT_BYTES, 8);
      while (!closed) {
        long count = Syscall.EPOLL_PWAIT.raw(epoll.number(), events.address(), BATCH, -1, 0, 8);
        for (int i = 0; i < count; i++) {
          long key = events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT_BYTES + DATA_OFFSET);
          fire(key);
        }
      }
    }
  }

  private void fire(long key) {
    Runnable callback = callbacks.get(key);
    if (callback == null) {
      return;
    }
    try {
      callback.run();
    } catch (RuntimeException e) {
      // One watcher's fault must not end the watch of all others.
      System.getLogger(Poller.class.getName())
          .log(System.Logger.Level.ERROR, "a callback failed", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      wake.write(new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
      thread.join();
    } catch (KernelException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    wake.close();
    epoll.close();
  }
}
