package dev.gantry.node.stream;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import dev.gantry.services.StreamLimit;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a request into a {@link StreamSession}. The session runs where the container calls {@link
 * Handler#init}, on the request's own virtual thread, and blocks there until it is over.
 */
public final class StreamUpgrade {
  public static final String RAW = "application/vnd.docker.raw-stream";
  public static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
  public static final String JSON = "application/json";

  private static final Logger log = LoggerFactory.getLogger(StreamUpgrade.class);

  /** Of one process, as its memory is; what one costs was measured. */
  private static final StreamLimit LIMIT = StreamLimit.each(80 << 10);

  private StreamUpgrade() {}

  /** Refuses a request that does not ask for the stream protocol. */
  public static void require(HttpServletRequest request) {
    if (!GantryHeaders.STREAM_PROTOCOL.equalsIgnoreCase(request.getHeader("Upgrade"))) {
      throw new ServiceException(
          ErrorCode.INVALID, "this call needs Upgrade: " + GantryHeaders.STREAM_PROTOCOL);
    }
  }

  /** Answers 101 at once and runs the session. */
  public static void start(
      HttpServletRequest request,
      HttpServletResponse response,
      String contentType,
      StreamSession session)
      throws IOException {
    StreamLimit.Place place;
    try {
      place = LIMIT.take();
    } catch (ServiceException e) {
      session.abandon();
      throw e;
    }
    try {
      Handler handler = request.upgrade(Handler.class);
      response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
      response.setHeader("Connection", "Upgrade");
      response.setHeader("Upgrade", GantryHeaders.STREAM_PROTOCOL);
      response.setHeader(GantryHeaders.CONTENT_TYPE, contentType);
      response.flushBuffer();
      // Given only now: where the answer could not be sent there is no session to run.
      handler.session = session;
      handler.place = place;
    } catch (ServletException e) {
      place.close();
      session.abandon();
      throw new IOException("cannot upgrade the connection: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      place.close();
      session.abandon();
      throw e;
    }
  }

  /** Made by the servlet container, which wants a public class with an empty constructor. */
  public static final class Handler implements HttpUpgradeHandler {
    private @Nullable StreamSession session;
    private StreamLimit.@Nullable Place place;

    @Override
    public void init(WebConnection web) {
      StreamSession running = session;
      if (running == null) {
        return;
      }
      try (var connection =
          new StreamConnection(web.getInputStream(), web.getOutputStream(), web)) {
        running.run(connection);
        web.getOutputStream().flush();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        log.debug("a stream ended: {}", e.toString());
      } catch (Exception e) {
        log.warn("a stream failed", e);
      } finally {
        destroy();
      }
    }

    @Override
    public void destroy() {
      if (place != null) {
        place.close();
      }
    }
  }
}
