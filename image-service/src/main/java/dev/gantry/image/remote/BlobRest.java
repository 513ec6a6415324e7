package dev.gantry.image.remote;

import dev.gantry.image.blob.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A blob from somewhere to its end, as the body of a request; it can be sent again. */
final class BlobRest extends AbstractHttpEntity {
  private static final int BUFFER = 256 << 10;

  private final Blob blob;
  private final long from;
  private final long size;
  private final LongConsumer moved;

  BlobRest(Blob blob, long from, long size, LongConsumer moved) {
    super(ContentType.APPLICATION_OCTET_STREAM, null);
    this.blob = blob;
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
    return blob.stream(from, size);
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
