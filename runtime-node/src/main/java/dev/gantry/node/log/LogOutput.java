package dev.gantry.node.log;

import dev.gantry.engine.StreamFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Gathers output and writes it in large pieces, either as it is (a terminal's) or in the stream
 * frames of the Engine API: one byte of stream, three zeroes, a big-endian length, the bytes. A
 * frame holds one line, or many lines of one stream when {@code coalesce} is set.
 */
final class LogOutput {
  private static final int FRAME_HEADER = StreamFrame.HEADER_BYTES;
  private static final byte[] NONE = new byte[0];
  private static final int FIRST_SIZE = 8 * 1024;
  private static final int FULL_SIZE = 64 * 1024;
  private static final int FRAME_LIMIT = 32 * 1024;

  private final OutputStream out;
  private final boolean framed;
  private byte[] buffer = NONE;
  private boolean coalesce;
  private int length;
  private int frameAt = -1;
  private boolean frameIsStderr;

  LogOutput(OutputStream out, boolean framed) {
    this.out = out;
    this.framed = framed;
  }

  void coalesce(boolean many) {
    coalesce = many;
  }

  /** What follows belongs to this stream. */
  void begin(boolean stderr) throws IOException {
    if (!framed) {
      return;
    }
    if (frameAt >= 0 && (frameIsStderr != stderr || length - frameAt > FRAME_LIMIT)) {
      endFrame();
    }
    if (frameAt < 0) {
      frameIsStderr = stderr;
      openFrame();
    }
  }

  /** A line has ended; without coalescing so does its frame. */
  void endLine() {
    if (!coalesce) {
      endFrame();
    }
  }

  void put(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      if (length == buffer.length) {
        spill();
      }
      int count = Math.min(to - at, buffer.length - length);
      System.arraycopy(bytes, at, buffer, length, count);
      length += count;
      at += count;
    }
  }

  void put(byte[] bytes) throws IOException {
    put(bytes, 0, bytes.length);
  }

  void put(char ascii) throws IOException {
    if (length == buffer.length) {
      spill();
    }
    buffer[length++] = (byte) ascii;
  }

  /** Sends everything gathered so far. */
  void flush() throws IOException {
    endFrame();
    if (length > 0) {
      out.write(buffer, 0, length);
      length = 0;
    }
    buffer = NONE;
    out.flush();
  }

  /** Makes room; nothing is held while nothing is gathered. */
  private void spill() throws IOException {
    int size = coalesce ? FULL_SIZE : FIRST_SIZE;
    if (buffer.length < size) {
      buffer = Arrays.copyOf(buffer, size);
      return;
    }
    boolean open = frameAt >= 0;
    endFrame();
    out.write(buffer, 0, length);
    length = 0;
    if (open) {
      openFrame();
    }
  }

  private void openFrame() throws IOException {
    if (buffer.length - length < FRAME_HEADER + 1) {
      spill();
    }
    frameAt = length;
    length += FRAME_HEADER;
  }

  private void endFrame() {
    if (frameAt < 0) {
      return;
    }
    int size = length - frameAt - FRAME_HEADER;
    if (size == 0) {
      length = frameAt;
    } else {
      StreamFrame.writeHeader(
          buffer, frameAt, frameIsStderr ? StreamFrame.STDERR : StreamFrame.STDOUT, size);
    }
    frameAt = -1;
  }
}
