package dev.gantry.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where in a log file to begin, without reading what comes before. */
final class LogSeek {
  private static final int BLOCK = 128 * 1024;

  private LogSeek() {}

  /**
   * The offset of the last {@code lines} lines of the container. Parts that belong to the first of
   * them are included; a last line without its end counts as one.
   *
   * @param first where the content begins
   */
  static long tail(FileChannel file, long first, long size, long lines) throws IOException {
    if (lines <= 0) {
      return size;
    }
    byte[] block = new byte[BLOCK];
    long blockStart = size;
    long nextStart = size;
    long seen = 0;
    boolean last = true;
    // Walks back over line ends; the record that begins behind each of them is looked at whole.
    while (blockStart > first) {
      int length = (int) Math.min(BLOCK, blockStart - first);
      blockStart -= length;
      readFully(file, block, length, blockStart);
      for (int i = length - 1; i >= -1; i--) {
        boolean boundary = i >= 0 ? block[i] == '\n' : blockStart == first;
        long recordStart = blockStart + i + 1;
        if (!boundary || recordStart >= size) {
          continue;
        }
        boolean full = isFull(file, block, length, i + 1, recordStart);
        if (full || last) {
          if (seen == lines) {
            return nextStart;
          }
          seen++;
        }
        last = false;
        nextStart = recordStart;
      }
    }
    return first;
  }

  private static boolean isFull(
      FileChannel file, byte[] block, int length, int index, long recordStart) throws IOException {
    if (index + LogRecord.HEADER_LENGTH <= length) {
      return LogRecord.isFull(block, index);
    }
    byte[] head = new byte[LogRecord.HEADER_LENGTH];
    int count = file.read(ByteBuffer.wrap(head), recordStart);
    return count == head.length && LogRecord.isFull(head, 0);
  }

  private static void readFully(FileChannel file, byte[] block, int length, long offset)
      throws IOException {
    ByteBuffer target = ByteBuffer.wrap(block, 0, length);
    while (target.hasRemaining()) {
      if (file.read(target, offset + target.position()) < 0) {
        throw new IOException("log file became shorter while it was read");
      }
    }
  }
}
