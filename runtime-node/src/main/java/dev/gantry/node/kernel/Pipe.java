package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A pipe (pipe(7)); both ends are close-on-exec. */
record Pipe(Fd reader, Fd writer) implements AutoCloseable {
  private static final int O_CLOEXEC = 0x80000;

  static Pipe open() throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_LONG);
      Syscall.PIPE2.call("pipe", ends.address(), O_CLOEXEC);
      return new Pipe(new Fd(ends.get(JAVA_INT, 0), "pipe"), new Fd(ends.get(JAVA_INT, 4), "pipe"));
    }
  }

  @Override
  public void close() {
    reader.close();
    writer.close();
  }
}
