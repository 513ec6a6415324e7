package dev.gantry.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Walks the whole records of a log file from an offset on, through one reused buffer. */
final class LogCursor {
  /** A follower waits most of its life: it has no buffer then, and a small one for little. */
  private static final byte[] NONE = new byte[0];

  private static final int FIRST_SIZE = 8 * 1024;

  private static final int FULL_SIZE = 256 * 1024;

  private final FileChannel file;
  private byte[] bytes = NONE;
  private int at;
  private int limit;
  private long fileOffset;
  private int start;
  private int end;
  private boolean full;
  private final long begin;
  private boolean inHole;
  private boolean torn;

  LogCursor(FileChannel file, long offset) {
    this.file = file;
    this.begin = offset;
    this.fileOffset = offset;
  }

  /** Moves to the next whole record; false where the file has no further one yet. */
  boolean next() throws IOException {
    while (true) {
      skipHole();
      int lineEnd = LogRecord.lineEnd(bytes, at, limit);
      if (lineEnd >= 0) {
        start = at;
        end = lineEnd;
        at = lineEnd + 1;
        // What comes first behind a hole is the rest of a record, whatever it looks like.
        boolean whole = !inHole && LogRecord.valid(bytes, start, end);
        inHole = false;
        if (whole) {
          return true;
        }
      } else if (!fill()) {
        return false;
      }
    }
  }

  /** No record begins with a zero: the file was trimmed here, maybe while it was read. */
  private void skipHole() {
    while (at < limit && bytes[at] == 0) {
      torn |= !inHole && position() > begin;
      inHole = true;
      at++;
    }
  }

  /** Whether there was a hole behind the beginning: what was there is gone. */
  boolean isTorn() {
    return torn;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where the current record begins in {@link #bytes}. */
  int start() {
    return start;
  }

  int contentStart() {
    return start + LogRecord.HEADER_LENGTH;
  }

  int contentEnd() {
    return end;
  }

  /** The offset in the file of what was not handed out yet. */
  long position() {
    return fileOffset - (limit - at);
  }

  private boolean fill() throws IOException {
    if (file.size() <= fileOffset) {
      if (at == limit) {
        bytes = NONE;
        at = 0;
        limit = 0;
        full = false;
      }
      return false;
    }
    if (bytes.length == 0) {
      bytes = new byte[FIRST_SIZE];
    } else if (at > 0) {
      System.arraycopy(bytes, at, bytes, 0, limit - at);
      limit -= at;
      at = 0;
    } else if (limit == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    if (full && bytes.length < FULL_SIZE) {
      bytes = Arrays.copyOf(bytes, FULL_SIZE);
    }
    int count = file.read(ByteBuffer.wrap(bytes, limit, bytes.length - limit), fileOffset);
    if (count <= 0) {
      return false;
    }
    full = count == bytes.length - limit;
    if (limit > 0 && isTrimmed(fileOffset - limit)) {
      // The beginning of the record that is held is gone, and so is what came behind it.
      torn = true;
      inHole = true;
      at = limit;
    }
    limit += count;
    fileOffset += count;
    return true;
  }

  /** Whether a record that began there was given up: all before a hole is one. */
  private boolean isTrimmed(long record) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(1);
    return file.read(first, record) == 1 && first.get(0) == 0;
  }
}
