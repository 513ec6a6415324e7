package dev.gantry.gateway.services;

import dev.gantry.gateway.call.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A stream between gateway and node after the switch to {@code gantry-stream}: the node's bytes are
 * the client's, as they are; ours are frames of a length and that many bytes, and an empty frame is
 * the end of the client's input.
 */
public final class Tunnel implements Answer.Pieces, Answer.Feed {
  private static final int BUFFER = 32 << 10;
  private static final int LITTLE = 512;
  private static final int LENGTH = 4;

  private final Reply reply;
  private final String contentType;

  Tunnel(Reply reply, String contentType) {
    this.reply = reply;
    this.contentType = contentType;
  }

  /** What the client shall see, in the newest version of the API. */
  public String contentType() {
    return contentType;
  }

  @Override
  public void fromClient(InputStream client) throws IOException {
    OutputStream node = reply.link().out();
    byte[] frame = new byte[LENGTH + LITTLE];
    for (int count = client.read(frame, LENGTH, frame.length - LENGTH);
        count >= 0;
        count = client.read(frame, LENGTH, frame.length - LENGTH)) {
      if (count > 0) {
        length(frame, count);
        node.write(frame, 0, LENGTH + count);
      }
      frame = sized(frame, LENGTH, count);
    }
    length(frame, 0);
    node.write(frame, 0, LENGTH);
  }

  /** A buffer that is large while much comes: thousands of streams wait most of their lives. */
  private static byte[] sized(byte[] buffer, int head, int count) {
    int wanted = count == buffer.length - head ? BUFFER : count < LITTLE ? LITTLE : 0;
    return wanted == 0 || wanted == buffer.length - head ? buffer : new byte[head + wanted];
  }

  @Override
  public void fromClient(ByteBuffer piece) throws IOException {
    int count = piece.remaining();
    // An empty frame would be the end.
    if (count > 0) {
      byte[] frame = new byte[LENGTH + count];
      length(frame, count);
      piece.get(frame, LENGTH, count);
      reply.link().out().write(frame);
    }
  }

  private static void length(byte[] frame, int count) {
    frame[0] = (byte) (count >>> 24);
    frame[1] = (byte) (count >>> 16);
    frame[2] = (byte) (count >>> 8);
    frame[3] = (byte) count;
  }

  @Override
  public void toClient(OutputStream client) throws IOException {
    byte[] buffer = new byte[LITTLE];
    InputStream node = reply.body();
    for (int count = node.read(buffer); count >= 0; count = node.read(buffer)) {
      client.write(buffer, 0, count);
      client.flush();
      buffer = sized(buffer, 0, count);
    }
  }

  @Override
  public void run(OutputStream client) throws IOException {
    toClient(client);
  }

  @Override
  public void stop() {
    close();
  }

  @Override
  public void close() {
    reply.abort();
  }
}
