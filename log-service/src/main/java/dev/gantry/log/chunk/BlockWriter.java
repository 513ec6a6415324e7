package dev.gantry.log.chunk;

import java.util.Arrays;

/**
 * Puts lines one behind the other: a byte of flags (bits 0-1 stream, bit 2 partial), eight bytes of
 * time, the length as LEB128, the bytes. Blocks have no header, so that blocks one behind the other
 * are a block.
 */
public final class BlockWriter {
  static final int PARTIAL = 4;
  private static final int HEAD = 1 + Long.BYTES + 5;

  private byte[] bytes = new byte[8 << 10];
  private int length;
  private int lines;
  private long firstTime = Long.MAX_VALUE;
  private long lastTime = Long.MIN_VALUE;

  public void add(int stream, boolean partial, long timeNanos, byte[] content) {
    reserve(HEAD + content.length);
    bytes[length++] = (byte) (stream | (partial ? PARTIAL : 0));
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (timeNanos >>> shift);
    }
    int rest = content.length;
    while (rest > 0x7f) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    System.arraycopy(content, 0, bytes, length, content.length);
    length += content.length;
    lines++;
    note(timeNanos, timeNanos);
  }

  /** Puts a whole block, as it came out of a writer, behind what is there. */
  public void add(Block block) {
    reserve(block.raw().length);
    System.arraycopy(block.raw(), 0, bytes, length, block.raw().length);
    length += block.raw().length;
    lines += block.lines();
    note(block.firstTime(), block.lastTime());
  }

  public int lines() {
    return lines;
  }

  public int size() {
    return length;
  }

  public Block toBlock() {
    return new Block(Arrays.copyOf(bytes, length), lines, firstTime, lastTime);
  }

  private void note(long from, long to) {
    firstTime = Math.min(firstTime, from);
    lastTime = Math.max(lastTime, to);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
