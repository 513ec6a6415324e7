package dev.gantry.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What is read into again and again, by one thread. */
public final class ReadBuffer implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment read;
  private final byte[] bytes;

  public ReadBuffer(int size) {
    this.read = arena.allocate(size);
    this.bytes = new byte[size];
  }

  /** What the last {@link #fill} read. */
  public byte[] bytes() {
    return bytes;
  }

  /** Reads at most so many bytes, and no more than there is room for; 0 at the end. */
  public int fill(Fd file, long most) throws KernelException {
    int count = file.read(read.asSlice(0, Math.min(most, bytes.length)));
    MemorySegment.copy(read, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
    return count;
  }

  @Override
  public void close() {
    arena.close();
  }
}
