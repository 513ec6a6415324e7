package dev.gantry.gateway.services;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The two ways in which HTTP/1.1 tells where a body ends. */
final class Bodies {
  private Bodies() {}

  /** A body of known length. */
  static final class Sized extends InputStream {
    private final InputStream source;
    private long left;

    Sized(InputStream source, long length) {
      this.source = source;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = source.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the connection ended within a body");
      }
      left -= count;
      return count;
    }
  }

  /** A body in chunks. */
  static final class Chunked extends InputStream {
    private final Link.LinkInput source;
    private long left;
    private boolean first = true;
    private boolean done;

    Chunked(Link.LinkInput source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0 && !next()) {
        return -1;
      }
      int count = source.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the connection ended within a chunk");
      }
      left -= count;
      return count;
    }

    private boolean next() throws IOException {
      if (done) {
        return false;
      }
      if (!first && !source.line().isEmpty()) {
        throw new IOException("a chunk is longer than it said");
      }
      first = false;
      String size = source.line();
      int extension = size.indexOf(';');
      try {
        left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
      } catch (NumberFormatException e) {
        throw new IOException("not the size of a chunk", e);
      }
      if (left == 0) {
        done = true;
        while (!source.line().isEmpty()) {
          continue;
        }
      }
      return !done;
    }
  }

  /**
   * Writes a body in chunks as large as it can; its close writes the last one and leaves the
   * connection open.
   */
  static final class ChunkWriter extends OutputStream {
    private static final int HEAD = "ffff\r\n".length();
    private static final int LARGEST = 0xffff;

    private final OutputStream target;
    private final byte[] chunk = new byte[HEAD + LARGEST + 2];
    private int end = HEAD;

    ChunkWriter(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int count = Math.min(length - done, HEAD + LARGEST - end);
        System.arraycopy(bytes, offset + done, chunk, end, count);
        end += count;
        done += count;
        if (end == HEAD + LARGEST) {
          send();
        }
      }
    }

    private void send() throws IOException {
      if (end > HEAD) {
        int length = end - HEAD;
        for (int i = 0; i < 4; i++) {
          chunk[i] = (byte) Character.forDigit(length >> (12 - 4 * i) & 0xf, 16);
        }
        chunk[4] = '\r';
        chunk[5] = '\n';
        chunk[end] = '\r';
        chunk[end + 1] = '\n';
        target.write(chunk, 0, end + 2);
        end = HEAD;
      }
    }

    @Override
    public void flush() throws IOException {
      send();
      target.flush();
    }

    @Override
    public void close() throws IOException {
      send();
      target.write(new byte[] {'0', '\r', '\n', '\r', '\n'});
      target.flush();
    }
  }
}
