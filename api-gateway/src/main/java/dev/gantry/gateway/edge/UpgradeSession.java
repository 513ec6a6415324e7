package dev.gantry.gateway.edge;

import dev.gantry.gateway.call.Answer;
import dev.gantry.services.StreamLimit;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that HTTP has let go of. The whole session runs in {@link #init}, on the request's
 * own virtual thread; the other direction has a second one, which is what notices that a client
 * left, however little there is to write.
 */
public final class UpgradeSession implements HttpUpgradeHandler {
  private static final Logger LOG = LoggerFactory.getLogger(UpgradeSession.class);
  private static final Duration WAKE_AGAIN = Duration.ofMillis(50);

  /** Of one process, as its memory is; what one costs was measured. */
  private static final StreamLimit LIMIT = StreamLimit.each(70 << 10);

  private StreamLimit.@Nullable Place place;
  private @Nullable Answer answer;
  private boolean chunked;
  private @Nullable Thread reader;

  /** A place for one more stream. */
  static StreamLimit.Place place() {
    return LIMIT.take();
  }

  /** The container makes it; {@code chunked} where we frame the body ourselves. */
  void serve(Answer toServe, StreamLimit.Place inPlace, boolean inChunks) {
    this.place = inPlace;
    this.answer = toServe;
    this.chunked = inChunks;
  }

  @Override
  public void init(WebConnection connection) {
    try (connection) {
      switch (Objects.requireNonNull(answer)) {
        case Answer.Hijack hijack -> duplex(connection, hijack.session());
        case Answer.Live live -> feed(connection, live.feed());
        default -> throw new IllegalStateException("not a stream: " + answer);
      }
    } catch (IOException e) {
      LOG.debug("a stream ended: {}", e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("a stream failed", e);
    } finally {
      leavePlace();
      Thread waiting = reader;
      if (waiting != null && waiting.isAlive()) {
        Thread.ofVirtual().name("stream-end").start(() -> wake(waiting));
      }
    }
  }

  /**
   * Tomcat tells nobody who waits to read that the connection was closed; who is woken sees it.
   * Until the reader has gone: the socket is closed only when {@link #init} has returned.
   */
  private static void wake(Thread waiting) {
    try {
      do {
        waiting.interrupt();
      } while (!waiting.join(WAKE_AGAIN));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void duplex(WebConnection connection, Answer.Duplex session) throws IOException {
    InputStream client = new ClientInput(connection.getInputStream());
    reader =
        Thread.ofVirtual()
            .name("from-client")
            .start(
                () -> {
                  try {
                    session.fromClient(client);
                  } catch (IOException | IllegalStateException e) {
                    // The latter is Tomcat's, of a connection that was closed meanwhile.
                    LOG.debug("a client left: {}", e.toString());
                    session.close();
                  }
                });
    try {
      session.toClient(connection.getOutputStream());
    } finally {
      session.close();
    }
  }

  private void feed(WebConnection connection, Answer.Feed feed)
      throws IOException, InterruptedException {
    InputStream client = new ClientInput(connection.getInputStream());
    reader =
        Thread.ofVirtual()
            .name("watch-client")
            .start(
                () -> {
                  awaitEnd(client);
                  feed.stop();
                });
    try {
      OutputStream plain = connection.getOutputStream();
      if (chunked) {
        ChunkedOutput body = new ChunkedOutput(plain);
        feed.run(body);
        body.finish();
      } else {
        feed.run(plain);
        plain.flush();
      }
    } finally {
      feed.stop();
    }
  }

  private static void awaitEnd(InputStream client) {
    try {
      byte[] ignored = new byte[256];
      while (client.read(ignored) >= 0) {
        continue;
      }
    } catch (IOException | IllegalStateException e) {
      // The latter is Tomcat's, of a connection that was closed meanwhile.
      LOG.debug("a client left: {}", e.toString());
    }
  }

  private void leavePlace() {
    if (place != null) {
      place.close();
    }
  }

  @Override
  public void destroy() {
    leavePlace();
    switch (answer) {
      case Answer.Hijack hijack -> hijack.session().close();
      case Answer.Live live -> live.feed().stop();
      case null, default -> {}
    }
  }
}
