package dev.gantry.engine;

/**
 * The header that stands before each piece of a multiplexed stream (Engine API, "Attach to a
 * container", stream format): one byte for the stream, three zero bytes, the length as a big-endian
 * 32-bit number.
 */
public final class StreamFrame {
  public static final int HEADER_BYTES = 8;
  public static final int STDIN = 0;
  public static final int STDOUT = 1;
  public static final int STDERR = 2;

  /** An error of the server's own, told inside the stream. */
  public static final int SYSTEM_ERROR = 3;

  private StreamFrame() {}

  /** Writes a header at {@code offset}. */
  public static void writeHeader(byte[] target, int offset, int stream, int length) {
    target[offset] = (byte) stream;
    target[offset + 1] = 0;
    target[offset + 2] = 0;
    target[offset + 3] = 0;
    target[offset + 4] = (byte) (length >>> 24);
    target[offset + 5] = (byte) (length >>> 16);
    target[offset + 6] = (byte) (length >>> 8);
    target[offset + 7] = (byte) length;
  }

  /** The length that a header at {@code offset} announces. */
  public static int length(byte[] source, int offset) {
    return ((source[offset + 4] & 0xff) << 24)
        | ((source[offset + 5] & 0xff) << 16)
        | ((source[offset + 6] & 0xff) << 8)
        | (source[offset + 7] & 0xff);
  }
}
