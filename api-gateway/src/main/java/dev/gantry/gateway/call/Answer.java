package dev.gantry.gateway.call;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import org.springframework.web.servlet.function.ServerResponse;

/** How a call is answered. */
public sealed interface Answer {
  /** A value, written as JSON in the shape of the caller's version. */
  record Json(int status, Object value, Map<String, String> headers) implements Answer {}

  /** Bytes as they are. */
  record Bytes(int status, String contentType, byte[] bytes, Map<String, String> headers)
      implements Answer {}

  /** No body. */
  record Empty(int status) implements Answer {}

  /** The connection becomes a stream of bytes in both directions. */
  record Hijack(String contentType, Duplex session) implements Answer {}

  /**
   * The connection becomes a websocket (RFC 6455), whose messages are pieces of such a stream.
   *
   * @param text whether the messages to the client are called text
   */
  record WebSocket(boolean text, Pieces session) implements Answer {}

  /** A body without known end, whose status and headers go out before its first byte exists. */
  record Live(String contentType, Feed feed) implements Answer {}

  /** An answer that another process gives. */
  record Passed(ServerResponse response) implements Answer {}

  /** Both directions of a hijacked connection; each method has a thread of its own. */
  interface Duplex extends AutoCloseable {
    /** Copies what the client sends until it ends; the end of it is a half-close. */
    void fromClient(InputStream client) throws IOException;

    /** Copies to the client until the other side is done. */
    void toClient(OutputStream client) throws IOException;

    /** Ends both; may be called more than once and from any thread. */
    @Override
    void close();
  }

  /** One that may also be given what the client sends, piece by piece. */
  interface Pieces extends Duplex {
    /** Passes on one piece. */
    void fromClient(ByteBuffer piece) throws IOException;
  }

  /** What is written to a client until it ends or the client leaves. */
  interface Feed {
    /** Writes; each write is sent at once. */
    void run(OutputStream client) throws IOException, InterruptedException;

    /** The client has gone: makes {@link #run} return; may be called more than once. */
    void stop();
  }

  static Answer json(Object value) {
    return new Json(200, value, Map.of());
  }

  static Answer json(int status, Object value) {
    return new Json(status, value, Map.of());
  }

  static Answer empty(int status) {
    return new Empty(status);
  }
}
