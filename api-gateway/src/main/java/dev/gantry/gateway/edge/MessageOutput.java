package dev.gantry.gateway.edge;

import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Sends each write as one message: the bytes as they are, or as text, where what is no UTF-8 is
 * replaced and a character that is cut by the end of a write goes with the next.
 */
final class MessageOutput extends OutputStream {
  private static final int LONGEST_CHARACTER = 4;

  private final RemoteEndpoint.Basic client;
  private final boolean text;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final ByteBuffer cut = ByteBuffer.allocate(LONGEST_CHARACTER);

  MessageOutput(RemoteEndpoint.Basic client, boolean text) {
    this.client = client;
    this.text = text;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (!text) {
      client.sendBinary(ByteBuffer.wrap(bytes, offset, length));
      return;
    }
    ByteBuffer all = ByteBuffer.allocate(cut.position() + length);
    all.put(cut.flip()).put(bytes, offset, length).flip();
    CharBuffer characters = CharBuffer.allocate(all.remaining());
    decoder.decode(all, characters, false);
    cut.clear().put(all);
    if (characters.flip().hasRemaining()) {
      client.sendText(characters.toString());
    }
  }
}
