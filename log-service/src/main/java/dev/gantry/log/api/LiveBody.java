package dev.gantry.log.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body without known end, over a connection that HTTP has let go of: a client that left is
 * noticed, which an ordinary answer does only when it writes. It is chunked (RFC 9112, 7.1).
 */
public final class LiveBody implements HttpUpgradeHandler {
  private static final Logger log = LoggerFactory.getLogger(LiveBody.class);
  private static final Duration WAKE_AGAIN = Duration.ofMillis(50);

  /** A follower waits most of its life. */
  private static final int BUFFER = 8 << 10;

  private @Nullable Content content;

  /** What is written until it ends or nobody reads any more. */
  interface Content {
    void write(OutputStream out) throws IOException, InterruptedException;

    /** The client has left: makes {@link #write} return. */
    void leave();
  }

  /** Made by the servlet container, which wants an empty constructor. */
  void serve(Content toServe) {
    content = toServe;
  }

  @Override
  public void init(WebConnection connection) {
    Content body = content;
    if (body == null) {
      return;
    }
    Thread reader = null;
    try (connection) {
      InputStream client = connection.getInputStream();
      reader = Thread.ofVirtual().name("log-client").start(() -> awaitEnd(client, body));
      Chunks chunks = new Chunks(connection.getOutputStream());
      BufferedOutputStream out = new BufferedOutputStream(chunks, BUFFER);
      body.write(out);
      out.flush();
      chunks.finish();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.debug("a follower left: {}", e.toString());
    } catch (Exception e) {
      log.warn("a follower's stream failed", e);
    } finally {
      body.leave();
      if (reader != null) {
        Thread waiting = reader;
        Thread.ofVirtual().name("log-client-end").start(() -> wake(waiting));
      }
    }
  }

  private static void awaitEnd(InputStream client, Content body) {
    try {
      byte[] ignored = new byte[64];
      while (client.read(ignored) >= 0) {
        continue;
      }
    } catch (IOException | IllegalStateException e) {
      // Tomcat's ways of telling the end, and that the connection was closed meanwhile.
      log.debug("a follower left: {}", e.toString());
    } finally {
      body.leave();
    }
  }

  /** Tomcat tells nobody who waits to read that the connection was closed. */
  private static void wake(Thread waiting) {
    try {
      do {
        waiting.interrupt();
      } while (!waiting.join(WAKE_AGAIN));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void destroy() {
    Content body = content;
    if (body != null) {
      body.leave();
    }
  }

  /** Each write is one chunk. */
  private static final class Chunks extends OutputStream {
    private final OutputStream target;

    Chunks(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        target.write((Integer.toHexString(length) + "\r\n").getBytes(US_ASCII));
        target.write(bytes, offset, length);
        target.write("\r\n".getBytes(US_ASCII));
      }
    }

    @Override
    public void flush() throws IOException {
      target.flush();
    }

    /** Without it a reader knows that the body was cut. */
    void finish() throws IOException {
      target.write("0\r\n\r\n".getBytes(US_ASCII));
      target.flush();
    }
  }
}
