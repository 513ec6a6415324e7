package dev.gantry.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor, close-on-exec. */
public final class Fd implements AutoCloseable {
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

  String subject() {
    return subject;
  }

  /** Reads into {@code target}; 0 at the end. */
  public int read(MemorySegment target) throws KernelException {
    return (int) Syscall.READ.call(subject, number, target.address(), target.byteSize());
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
