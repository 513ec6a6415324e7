package dev.gantry.node.log;

import java.util.Arrays;

/**
 * The layout of one record of conmon's file, in place: no object is made per line.
 *
 * <pre>
 * 2026-11-25T05:03:21.975666099+00:00 stdout P abc\n      what was written so far had no line end
 * 2026-11-25T05:03:21.975666099+00:00 stderr F def\n      "def" and its line end
 * </pre>
 *
 * <p>conmon runs with {@code TZ=UTC}, so a time is 35 bytes, ordered like its bytes. Because a part
 * without line end is marked, the very bytes that the container wrote can be told from the file.
 */
final class LogRecord {
  static final int STAMP_LENGTH = 29;
  static final int HEADER_LENGTH = 45;

  private static final int STREAM_AT = 39;
  private static final int FLAG_AT = 43;

  private LogRecord() {}

  /** Whether the bytes from {@code start} to {@code end} (the line end) are a record at all. */
  static boolean valid(byte[] bytes, int start, int end) {
    return end - start >= HEADER_LENGTH
        && bytes[start + 10] == 'T'
        && bytes[start + HEADER_LENGTH - 1] == ' '
        && bytes[start + 36] == 's';
  }

  static boolean isStderr(byte[] bytes, int start) {
    return bytes[start + STREAM_AT] == 'e';
  }

  /** Whether the container's line ended with this record. */
  static boolean isFull(byte[] bytes, int start) {
    return bytes[start + FLAG_AT] == 'F';
  }

  static int compareStamp(byte[] bytes, int start, byte[] stamp) {
    return Arrays.compare(bytes, start, start + STAMP_LENGTH, stamp, 0, STAMP_LENGTH);
  }

  /** The index of the next line end in the range, or -1. */
  static int lineEnd(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
