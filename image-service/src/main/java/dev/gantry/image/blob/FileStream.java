package dev.gantry.image.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A part of a file; several may read one channel. */
final class FileStream extends InputStream {
  private final FileChannel file;
  private final boolean own;
  private final long to;
  private long at;

  private FileStream(FileChannel file, boolean own, long from, long to) {
    this.file = file;
    this.own = own;
    this.at = from;
    this.to = to;
  }

  /** Of a channel that stays open when this is closed. */
  static FileStream of(FileChannel file, long from, long to) {
    return new FileStream(file, false, from, to);
  }

  static FileStream open(Path path, long from, long to) throws IOException {
    return new FileStream(FileChannel.open(path, StandardOpenOption.READ), true, from, to);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at >= to) {
      return -1;
    }
    int count = file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, to - at)), at);
    at += Math.max(count, 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    if (own) {
      file.close();
    }
  }
}
