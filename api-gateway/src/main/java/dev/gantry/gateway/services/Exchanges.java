package dev.gantry.gateway.services;

import dev.gantry.engine.EngineJson;
import dev.gantry.gateway.call.Caller;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.Problem;
import dev.gantry.services.ServiceException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.JacksonException;

/**
 * The one caller of other processes: circuit breaker, trace context, and the mapping of what went
 * wrong to what the client is told. A breaker counts only what says that a process is unwell:
 * silence, and 5xx but 501.
 */
public final class Exchanges {
  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
  private static final int PROBLEM_LIMIT = 64 << 10;

  private final InternalHttp http;
  private final CircuitBreakerRegistry breakers;
  private final ObservationRegistry observations;

  public Exchanges(
      InternalHttp http, CircuitBreakerRegistry breakers, ObservationRegistry observations) {
    this.http = http;
    this.breakers = breakers;
    this.observations = observations;
  }

  /**
   * Sends; an answer of 400 and more is thrown.
   *
   * @param peer the other process as people know it, for example {@code node-1}
   */
  public Reply send(Peer peer, Ask ask) {
    CircuitBreaker breaker = breakers.circuitBreaker(peer.name());
    if (!breaker.tryAcquirePermission()) {
      throw new ServiceException(
          ErrorCode.UNAVAILABLE, "cannot " + ask.what() + ": " + peer.name() + " does not answer");
    }
    Carrier carrier = new Carrier(ask);
    Observation observation = observation(peer, carrier).start();
    long begun = System.nanoTime();
    try (Observation.Scope _ = observation.openScope()) {
      Reply reply = http.send(peer.origin(), carrier.ask(peer));
      observation.lowCardinalityKeyValue("status", Integer.toString(reply.status()));
      if (reply.status() >= 500 && reply.status() != 501) {
        ServiceException failure = failure(reply, peer, ask);
        breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, failure);
        throw failure;
      }
      breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
      if (reply.status() >= 400) {
        throw failure(reply, peer, ask);
      }
      return reply;
    } catch (IOException e) {
      observation.error(e);
      breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, e);
      throw away(peer, ask, e);
    } finally {
      observation.stop();
    }
  }

  /** Sends and reads the whole answer as a {@code type}. */
  public <T> T json(Peer peer, Ask ask, Class<T> type) {
    try (Reply reply = send(peer, ask)) {
      return EngineJson.MAPPER.readValue(reply.body(), type);
    } catch (JacksonException e) {
      throw new ServiceException(
          ErrorCode.INTERNAL,
          "cannot " + ask.what() + ": " + peer.name() + " answered nonsense",
          e);
    }
  }

  /** Sends where only success matters. */
  public void done(Peer peer, Ask ask) {
    send(peer, ask).close();
  }

  /** Switches to a stream; a refusal is thrown as from any other exchange. */
  public Tunnel stream(Peer peer, Ask ask) {
    Ask upgrade = ask.with("Connection", "Upgrade").with("Upgrade", GantryHeaders.STREAM_PROTOCOL);
    Reply reply = send(peer, upgrade);
    http.warm(peer.origin());
    if (reply.status() != 101) {
      reply.abort();
      throw new ServiceException(
          ErrorCode.INTERNAL,
          "cannot " + ask.what() + ": " + peer.name() + " did not switch to a stream");
    }
    try {
      reply.link().readTimeout(java.time.Duration.ZERO);
    } catch (IOException e) {
      reply.abort();
      throw away(peer, ask, e);
    }
    return new Tunnel(
        reply, reply.header(GantryHeaders.CONTENT_TYPE).orElse("application/octet-stream"));
  }

  /** Headers that say whom a call is for. */
  public static Ask forCaller(Ask ask, Caller caller) {
    return ask.with(GantryHeaders.TEAM, caller.team().value())
        .with(GantryHeaders.USER, caller.user().replaceAll("[^\\x20-\\x7e]", "?"));
  }

  private Observation observation(Peer peer, Carrier carrier) {
    SenderContext<Carrier> context =
        new SenderContext<>(
            (to, name, value) -> Objects.requireNonNull(to).put(name, value), Kind.CLIENT);
    context.setCarrier(carrier);
    context.setRemoteServiceName(peer.name());
    return Observation.createNotStarted("gantry.exchange", () -> context, observations)
        .contextualName(carrier.ask.method() + " " + peer.kind())
        .lowCardinalityKeyValue("peer", peer.kind());
  }

  /** What of an answer that is a failure the client is told. */
  private static ServiceException failure(Reply reply, Peer peer, Ask ask) {
    String text = "cannot " + ask.what() + ": " + peer.name() + " answered " + reply.status();
    ErrorCode code = ErrorCode.ofStatus(reply.status());
    try (reply) {
      byte[] body = reply.body().readNBytes(PROBLEM_LIMIT);
      if (reply.header(HttpHeaders.CONTENT_TYPE).orElse("").contains("json")) {
        Problem problem = EngineJson.MAPPER.readValue(body, Problem.class);
        return new ServiceException(
            problem.code() == null ? code : problem.code(),
            problem.detail() == null ? text : problem.detail());
      }
    } catch (IOException | JacksonException e) {
      LOG.debug("{} answered {} without a readable problem", peer.name(), reply.status(), e);
    }
    return new ServiceException(code, text);
  }

  private static ServiceException away(Peer peer, Ask ask, IOException e) {
    String reason =
        switch (e) {
          case SocketTimeoutException _ -> " did not answer in time";
          case ConnectException _ -> " is not running";
          default -> " is not reachable";
        };
    LOG.info("cannot {}: {}{}: {}", ask.what(), peer.name(), reason, e.toString());
    return new ServiceException(
        e instanceof SocketTimeoutException ? ErrorCode.TIMEOUT : ErrorCode.UNAVAILABLE,
        "cannot " + ask.what() + ": " + peer.name() + reason,
        e);
  }

  /** What the trace context is written to. */
  private static final class Carrier {
    private final Ask ask;
    private final Map<String, String> trace = new ConcurrentHashMap<>();

    Carrier(Ask ask) {
      this.ask = ask;
    }

    void put(String name, String value) {
      trace.put(name, value);
    }

    Ask ask(Peer peer) {
      Ask complete = peer.node() == null ? ask : ask.with(GantryHeaders.NODE, peer.node().value());
      for (Map.Entry<String, String> header : trace.entrySet()) {
        complete = complete.with(header.getKey(), header.getValue());
      }
      return complete;
    }
  }
}
