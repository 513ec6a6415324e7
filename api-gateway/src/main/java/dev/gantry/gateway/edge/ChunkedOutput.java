package dev.gantry.gateway.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;

/** A chunked body (RFC 9112, 7.1) where each write is one chunk that is sent at once. */
final class ChunkedOutput extends OutputStream {
  private final OutputStream target;

  ChunkedOutput(OutputStream target) {
    this.target = target;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return;
    }
    byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(US_ASCII);
    byte[] chunk = new byte[head.length + length + 2];
    System.arraycopy(head, 0, chunk, 0, head.length);
    System.arraycopy(bytes, offset, chunk, head.length, length);
    chunk[chunk.length - 2] = '\r';
    chunk[chunk.length - 1] = '\n';
    target.write(chunk);
    target.flush();
  }

  /** Says that the body is complete; without it a reader knows that it was cut. */
  void finish() throws IOException {
    target.write("0\r\n\r\n".getBytes(US_ASCII));
    target.flush();
  }
}
