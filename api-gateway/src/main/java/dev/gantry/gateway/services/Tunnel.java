package dev.gantry.gateway.services;

import dev.gantry.gateway.call.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A stream between gateway and node after the switch to {@code gantry-stream}: the node's bytes are
 * the client's, as they are; ours are frames of a length and that many bytes, and an empty frame is
 * the end of the client's input.
 */
public final class Tunnel implements Answer.Duplex, Answer.Feed {
  private static final int BUFFER = 32 << 10;

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
    byte[] frame = new byte[4 + BUFFER];
    try {
      for (int count = client.read(frame, 4, BUFFER); count >= 0; ) {
        if (count > 0) {
          length(frame, count);
          node.write(frame, 0, 4 + count);
        }
        count = client.read(frame, 4, BUFFER);
      }
    } catch (EOFException _) {
      // Tomcat's way of telling a half-close.
    }
    length(frame, 0);
    node.write(frame, 0, 4);
  }

  @Override
  public void fromClient(ByteBuffer piece) throws IOException {
    int count = piece.remaining();
    // An empty frame would be the end.
    if (count > 0) {
      byte[] frame = new byte[4 + count];
      length(frame, count);
      piece.get(frame, 4, count);
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
    byte[] buffer = new byte[BUFFER];
    InputStream node = reply.body();
    for (int count = node.read(buffer); count >= 0; count = node.read(buffer)) {
      client.write(buffer, 0, count);
      client.flush();
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
