package dev.gantry.node.blob;

import dev.gantry.engine.Digest;
import dev.gantry.layer.ReadAhead;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Other nodes of the zone. None is trusted, and one that failed is let alone for a while. */
public final class Peers {
  private static final Logger log = LoggerFactory.getLogger(Peers.class);
  private static final Duration REST = Duration.ofMinutes(1);

  private final HttpClient http;
  private final PeerLimits limits;

  /** Who failed, until when by the clock of {@link System#nanoTime}. */
  private final Map<URI, Long> resting = new ConcurrentHashMap<>();

  public Peers(HttpClient http, PeerLimits limits) {
    this.http = http;
    this.limits = limits;
  }

  PeerLimits limits() {
    return limits;
  }

  boolean mayAsk(URI peer) {
    resting.values().removeIf(until -> until - System.nanoTime() <= 0);
    return !resting.containsKey(peer);
  }

  /** A blob that a peer may have. */
  Origin origin(URI peer, Digest digest, long size) {
    return new Origin() {
      @Override
      public Kind kind() {
        return Kind.PEER;
      }

      @Override
      public InputStream open(long from) throws IOException {
        return Peers.this.open(peer.resolve("/v1/blobs/" + digest), from, size);
      }

      @Override
      public void blame(IOException reason) {
        log.info("{} did not give {}: {}", peer, digest, String.valueOf(reason.getMessage()));
        if (reason instanceof DeclinedException) {
          // It may have the next one.
          return;
        }
        resting.put(peer, System.nanoTime() + REST.toNanos());
      }
    };
  }

  /** It has the blob no more, or has enough to do. */
  private static final class DeclinedException extends IOException {
    private static final long serialVersionUID = 1L;

    DeclinedException(int status) {
      super("status " + status);
    }
  }

  private InputStream open(URI blob, long from, long size) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(blob)
            .timeout(limits.silence())
            .header("Range", "bytes=" + from + "-")
            .GET()
            .build();
    HttpResponse<InputStream> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a peer was asked");
    }
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (answer.statusCode() == 404 || answer.statusCode() == 503) {
      answer.body().close();
      throw new DeclinedException(answer.statusCode());
    }
    if (answer.statusCode() != 206 || length != size - from) {
      answer.body().close();
      throw new IOException("status " + answer.statusCode() + " with " + length + " bytes");
    }
    return new ReadAhead(answer.body(), limits.silence());
  }
}
