package dev.gantry.node.kernel;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor, close-on-exec. */
public final class Fd implements AutoCloseable {
  private static final short POLLIN = 1;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;

  private final int number;
  private final String subject;
  private final AtomicBoolean closed = new AtomicBoolean();

  Fd(long number, String subject) {
    this.number = (int) number;
    this.subject = subject;
  }

  public int number() {
    return number;
  }

  /** A path that names what is open, for calls that take only paths. */
  public String path() {
    return "/proc/self/fd/" + number;
  }

  /** The same for other processes, as long as it is open here. */
  public String pathForOthers() {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + number;
  }

  String subject() {
    return subject;
  }

  /** As {@link #read(MemorySegment)}; fails with {@code ETIMEDOUT} where nothing comes in time. */
  int read(MemorySegment target, Duration longest) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      // struct pollfd (poll(2)), struct timespec (timespec(3type))
      MemorySegment poll = arena.allocate(8, 8);
      poll.set(ValueLayout.JAVA_INT, 0, number);
      poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
      MemorySegment time = arena.allocate(16, 8);
      time.set(ValueLayout.JAVA_LONG, 0, longest.toSeconds());
      time.set(ValueLayout.JAVA_LONG, 8, longest.toNanosPart());
      if (Syscall.PPOLL.call(subject, poll.address(), 1, time.address(), 0, 8) == 0) {
        throw new KernelException("read in time", subject, Errno.ETIMEDOUT);
      }
    }
    return read(target);
  }

  /** Reads into {@code target}; 0 at the end. */
  public int read(MemorySegment target) throws KernelException {
    return (int) Syscall.READ.call(subject, number, target.address(), target.byteSize());
  }

  /** Reads up to {@code length} bytes into {@code target}; 0 at the end. */
  public int read(byte[] target, int length) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(length);
      int count = read(bytes);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, target, 0, count);
      return count;
    }
  }

  /** All that is to be read, as a stream; this stays open. */
  public InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws KernelException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment bytes = arena.allocate(length);
          int count = Fd.this.read(bytes);
          MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, target, offset, count);
          return count == 0 && length > 0 ? -1 : count;
        }
      }
    };
  }

  /** Writes all of {@code source}. */
  public void write(byte[] source) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, source);
      long done = 0;
      while (done < source.length) {
        done += Syscall.WRITE.call(subject, number, bytes.address() + done, source.length - done);
      }
    }
  }

  /** From now on reads and writes answer at once (fcntl(2), {@code O_NONBLOCK}). */
  void unblock() throws KernelException {
    Syscall.FCNTL.call(subject, number, F_SETFL, O_NONBLOCK);
  }

  /**
   * Reads what is there, from a descriptor that does not block: 0 at the end, -1 where there is
   * nothing now.
   */
  int readReady(byte[] target, int offset) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(target.length - offset);
      long count = Syscall.READ.raw(number, bytes.address(), bytes.byteSize(), 0, 0);
      if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
        return -1;
      }
      if (count < 0) {
        throw new KernelException("read", subject, (int) -count);
      }
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, target, offset, (int) count);
      return (int) count;
    }
  }

  /** Writes what there is room for, to a descriptor that does not block; 0 where there is none. */
  int writeReady(byte[] source, int offset, int length) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(length);
      MemorySegment.copy(source, offset, bytes, ValueLayout.JAVA_BYTE, 0, length);
      long count = Syscall.WRITE.raw(number, bytes.address(), length, 0, 0);
      if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
        return 0;
      }
      if (count < 0) {
        throw new KernelException("write to", subject, (int) -count);
      }
      return (int) count;
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Syscall.CLOSE.raw(number, 0, 0, 0, 0);
    }
  }

  @Override
  public String toString() {
    return subject + " (fd " + number + ")";
  }
}
