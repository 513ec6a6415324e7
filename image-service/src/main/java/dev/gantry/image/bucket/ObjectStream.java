package dev.gantry.image.bucket;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** What the server sends; where it is closed before its end, the rest is not waited for. */
final class ObjectStream extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> content;
  private boolean ended;

  ObjectStream(ResponseInputStream<GetObjectResponse> content) {
    super(content);
    this.content = content;
  }

  @Override
  public int read() throws IOException {
    int one = content.read();
    ended |= one < 0;
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = content.read(bytes, offset, length);
    ended |= count < 0;
    return count;
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      content.close();
    } else {
      content.abort();
    }
  }
}
