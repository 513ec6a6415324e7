package dev.gantry.gateway.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/**
 * Connections kept open, newest first, so that no call waits for a handshake. A stream takes its
 * connection for good; {@link #warm} opens others in its place, ahead of need.
 */
final class Links implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /** Below the time after which the platform's servers close an idle connection. */
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(15);

  private static final int KEPT = 64;
  private static final int SPARE = 4;

  /** Handshakes take processors from the call that made them necessary: it goes first. */
  private static final Duration CALL_FIRST = Duration.ofMillis(40);

  private final Supplier<SSLSocketFactory> tls;
  private final Map<Origin, Deque<Link>> idle = new ConcurrentHashMap<>();
  private final Map<Origin, AtomicBoolean> warming = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Links(Supplier<SSLSocketFactory> tls) {
    this.tls = tls;
  }

  Link take(Origin origin) throws IOException {
    Deque<Link> kept = keptFor(origin);
    for (Link link = kept.pollFirst(); link != null; link = kept.pollFirst()) {
      if (link.fresh(LONGEST_IDLE)) {
        return link;
      }
      link.close();
    }
    return open(origin);
  }

  Link open(Origin origin) throws IOException {
    return Link.open(origin, tls.get(), CONNECT);
  }

  void give(Link link) {
    Deque<Link> kept = keptFor(link.origin());
    if (closed || kept.size() >= KEPT) {
      link.close();
      return;
    }
    link.markIdle();
    kept.addFirst(link);
  }

  private Deque<Link> keptFor(Origin origin) {
    return idle.computeIfAbsent(origin, _ -> new ConcurrentLinkedDeque<>());
  }

  /** Sees to a few open connections, in the background. */
  void warm(Origin origin) {
    AtomicBoolean busy = warming.computeIfAbsent(origin, _ -> new AtomicBoolean());
    if (closed || !busy.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .name("warm-" + origin)
        .start(
            () -> {
              try {
                Thread.sleep(CALL_FIRST);
                Deque<Link> kept = keptFor(origin);
                for (int i = 0; i < SPARE && !closed && kept.size() < SPARE; i++) {
                  openAhead(origin);
                }
              } catch (IOException _) {
                // Whoever calls next will be told.
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } finally {
                busy.set(false);
              }
            });
  }

  /**
   * Opens a connection and asks something small over it, which also fetches the ticket with which
   * the next handshake is short.
   */
  private void openAhead(Origin origin) throws IOException {
    Link link = open(origin);
    try {
      String head = "GET /actuator/health/liveness HTTP/1.1\r\nHost: " + origin + "\r\n\r\n";
      link.out().write(head.getBytes(StandardCharsets.US_ASCII));
      try (Reply reply = Reply.read(link, this, "GET")) {
        // Only a connection whose answer was read to its end is kept.
        var unused = reply.body().readAllBytes();
      }
    } catch (IOException e) {
      link.close();
      throw e;
    }
  }

  /** Closes what was idle for too long. */
  void sweep() {
    for (Deque<Link> kept : idle.values()) {
      for (Link oldest = kept.pollLast(); oldest != null; oldest = kept.pollLast()) {
        if (oldest.youngerThan(LONGEST_IDLE)) {
          kept.addLast(oldest);
          break;
        }
        oldest.close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    idle.values().forEach(kept -> kept.forEach(Link::close));
  }
}
