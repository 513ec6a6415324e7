package dev.gantry.image.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An open file; it is there as long as it is open. */
record FileBlob(FileChannel file) implements Blob {
  private static final int BUFFER = 128 << 10;

  static FileBlob open(Path path) throws IOException {
    return new FileBlob(FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public InputStream stream() {
    return FileStream.of(file, 0, Long.MAX_VALUE);
  }

  @Override
  public InputStream stream(long from, long to) {
    return FileStream.of(file, from, to);
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, to - from));
    for (long at = from; at < to; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
      int count = file.read(buffer, at);
      if (count < 0) {
        throw new IOException("a blob is shorter than it is said to be");
      }
      out.write(buffer.array(), 0, count);
      at += count;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
