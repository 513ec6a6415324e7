package dev.gantry.gateway.edge;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What the client of an upgraded connection sends. Its end, which may be a half-close, is an end
 * here, where Tomcat throws: an {@link EOFException} for that of TCP, and for that of TLS (the
 * {@code close_notify} of RFC 8446, 6.1) an exception of no class of its own that names the state
 * of the engine.
 */
final class ClientInput extends FilterInputStream {
  private static final String CLOSE_NOTIFY = "[CLOSED]";

  ClientInput(InputStream client) {
    super(client);
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      return ended(e);
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      return super.read(target, offset, length);
    } catch (IOException e) {
      return ended(e);
    }
  }

  private static int ended(IOException e) throws IOException {
    boolean told =
        e.getClass() == IOException.class && String.valueOf(e.getMessage()).contains(CLOSE_NOTIFY);
    if (e instanceof EOFException || told) {
      return -1;
    }
    throw e;
  }
}
