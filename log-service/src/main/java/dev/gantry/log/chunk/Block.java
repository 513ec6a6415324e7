package dev.gantry.log.chunk;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Consecutive lines of one container, as {@link BlockWriter} lays them out.
 *
 * @param firstTime the earliest time in it, nanoseconds since the epoch
 * @param lastTime the latest
 */
public record Block(byte[] raw, int lines, long firstTime, long lastTime) {
  private static final int LEVEL = 3;

  /** Takes a line; says whether it wants the next one. */
  @FunctionalInterface
  public interface Visitor {
    boolean line(Line line) throws IOException;
  }

  /** One zstd frame with a checksum. */
  public byte[] compress() {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      return context.setLevel(LEVEL).setChecksum(true).compress(raw);
    }
  }

  /** The raw bytes again; fails where the frame is damaged. */
  public static byte[] decompress(byte[] compressed, int rawBytes) throws IOException {
    try {
      byte[] raw = Zstd.decompress(compressed, rawBytes);
      if (raw.length != rawBytes) {
        throw new IOException("a block has " + raw.length + " bytes in place of " + rawBytes);
      }
      return raw;
    } catch (ZstdException e) {
      throw new IOException("a block is damaged: " + e.getMessage(), e);
    }
  }

  /** Gives out the lines from number {@code from} on; false where the visitor had enough. */
  public static boolean visit(byte[] raw, long firstLine, long from, Visitor visitor)
      throws IOException {
    ByteBuffer in = ByteBuffer.wrap(raw);
    try {
      for (long number = firstLine; in.hasRemaining(); number++) {
        byte flags = in.get();
        long time = in.getLong();
        int length = length(in);
        if (number < from) {
          in.position(in.position() + length);
          continue;
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        boolean partial = (flags & BlockWriter.PARTIAL) != 0;
        if (!visitor.line(new Line(number, flags & 3, partial, time, bytes))) {
          return false;
        }
      }
      return true;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("a block is damaged", e);
    }
  }

  private static int length(ByteBuffer in) {
    int length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = in.get();
      length |= (next & 0x7f) << shift;
      if (next >= 0) {
        return length;
      }
    }
    throw new IllegalArgumentException("a length of more than five bytes");
  }
}
