package dev.gantry.gateway.edge;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 whose connections have small buffers, as thousands of them wait most of their lives,
 * until a large body goes over one: each 8 KiB of it would cost a call of the kernel.
 */
final class DoorProtocol extends Http11NioProtocol {
  private static final String SOCKET = DoorProtocol.class.getName();

  /** Of a request's notes, which stay with it from call to call; Tomcat's own are the first. */
  private static final int NOTE = 20;

  private static final int LARGE = 64 << 10;
  private static final String ARCHIVE = "application/x-tar";

  @Override
  protected Processor createProcessor() {
    return new DoorProcessor(this);
  }

  private static final class DoorProcessor extends Http11Processor {
    DoorProcessor(DoorProtocol protocol) {
      super(protocol, protocol.getAdapter());
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
      request.setNote(NOTE, socket);
      try {
        return super.service(socket);
      } finally {
        request.setNote(NOTE, null);
      }
    }
  }

  /** Lets the connection that the request came over be found. */
  static void mark(Request request) {
    request.setAttribute(SOCKET, request.getCoyoteRequest().getNote(NOTE));
  }

  /**
   * A body comes next.
   *
   * @param length in bytes; negative where it is not known
   */
  static void expectBody(ServletRequest request, @Nullable String contentType, long length) {
    if (isLarge(contentType, length)) {
      enlarge(request);
    }
  }

  /** The same of an answer; of a large one each chunk is as large as what is written at once. */
  static void expectAnswer(
      ServletRequest request, ServletResponse response, @Nullable String contentType, long length) {
    if (isLarge(contentType, length)) {
      enlarge(request);
      response.setBufferSize(LARGE);
    }
  }

  private static boolean isLarge(@Nullable String contentType, long length) {
    return length > LARGE || (contentType != null && contentType.startsWith(ARCHIVE));
  }

  private static void enlarge(ServletRequest request) {
    if (request.getAttribute(SOCKET) instanceof SocketWrapperBase<?> socket) {
      SocketBufferHandler buffers = socket.getSocketBufferHandler();
      if (buffers.getReadBuffer().capacity() < LARGE) {
        buffers.expand(LARGE);
      }
    }
  }
}
