package dev.gantry.image.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A file from somewhere to its end, as the body of a request; it can be sent again. */
final class FileSlice extends AbstractHttpEntity {
  private static final int BUFFER = 256 << 10;

  private final Path file;
  private final long from;
  private final long size;
  private final LongConsumer moved;

  FileSlice(Path file, long from, long size, LongConsumer moved) {
    super(ContentType.APPLICATION_OCTET_STREAM, null);
    this.file = file;
    this.from = from;
    this.size = size;
    this.moved = moved;
  }

  boolean isWhole() {
    return from == 0;
  }

  String range() {
    return from + "-" + (size - 1);
  }

  @Override
  public long getContentLength() {
    return size - from;
  }

  @Override
  public InputStream getContent() throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return Channels.newInputStream(channel.position(from));
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long sent = from;
    try (InputStream in = getContent()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        sent += count;
        moved.accept(sent);
      }
    }
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public void close() {}
}
