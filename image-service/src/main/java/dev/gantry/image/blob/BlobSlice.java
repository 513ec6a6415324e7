package dev.gantry.image.blob;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A part of an open blob.
 *
 * @param to behind its last byte
 */
public record BlobSlice(FileChannel blob, long from, long to) {
  private static final int BUFFER = 128 << 10;

  /** Writes all of it. */
  public void writeTo(OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, to - from));
    for (long at = from; at < to; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
      int count = blob.read(buffer, at);
      if (count < 0) {
        throw new IOException("a blob is shorter than it is said to be");
      }
      out.write(buffer.array(), 0, count);
      at += count;
    }
  }
}
