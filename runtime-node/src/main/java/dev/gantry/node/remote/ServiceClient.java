package dev.gantry.node.remote;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.Problem;
import dev.gantry.services.ServiceException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;

/**
 * Calls one other service over mutual TLS, at whichever of its addresses answers, behind a circuit
 * breaker: a service that is away fails callers at once and by name.
 */
public final class ServiceClient {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** From the end of what was sent: it has to come to the disk first. */
  private static final Duration ANSWER = Duration.ofMinutes(5);

  private final String service;
  private final List<URI> bases;
  private final HttpClient http;
  private final CircuitBreaker breaker;

  /**
   * @param bases comma separated
   */
  public ServiceClient(String service, String bases, HttpClient http) {
    this.service = service;
    this.bases = List.of(bases.split(",")).stream().map(String::strip).map(URI::create).toList();
    this.http = http;
    this.breaker =
        CircuitBreaker.of(
            service,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(5)
                .waitDurationInOpenState(Duration.ofSeconds(2))
                .ignoreException(e -> e instanceof ServiceException s && s.code().status() < 500)
                .build());
  }

  /** A body that is read as it comes. */
  public InputStream get(String path, TeamId team) throws IOException {
    return call(base -> exchanged(request(base, path, team).GET().build()));
  }

  /** The same from a byte on, where the service takes ranges. */
  public InputStream get(String path, TeamId team, long from) throws IOException {
    return from == 0
        ? get(path, team)
        : call(
            base ->
                exchanged(
                    request(base, path, team)
                        .header("Range", "bytes=" + from + "-")
                        .GET()
                        .build()));
  }

  /** Sends a record and reads the answer as another. */
  public <T> T post(String path, TeamId team, Object body, Class<T> answer) throws IOException {
    byte[] json = EngineJson.MAPPER.writeValueAsBytes(body);
    try (InputStream in =
        call(
            base ->
                exchanged(
                    request(base, path, team)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                        .build()))) {
      return record(in, answer);
    }
  }

  /** Reads an answer as a record. */
  public <T> T get(String path, TeamId team, Class<T> answer) throws IOException {
    try (InputStream in = get(path, team)) {
      return record(in, answer);
    }
  }

  /** What a call sends, written as it goes; called again where nobody was reached. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Sends what is written meanwhile, of any length, and reads the answer as a record. */
  public <T> T send(String path, TeamId team, Content content, Class<T> answer) throws IOException {
    try (InputStream in = call(base -> sent(base, path, team, content))) {
      return record(in, answer);
    }
  }

  private HttpResponse<InputStream> sent(URI base, String path, TeamId team, Content content)
      throws IOException, InterruptedException {
    var body = new SentBody();
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .header(GantryHeaders.TEAM, team.value())
            .POST(HttpRequest.BodyPublishers.ofByteArrays(body))
            .build();
    var answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    var unused = answer.whenComplete((_, _) -> body.abandon());
    try {
      content.writeTo(body);
      body.close();
    } catch (IOException e) {
      // Where the other side has answered already, that says more.
      body.abandon();
      if (!answer.isDone()) {
        throw e;
      }
    } catch (RuntimeException e) {
      body.abandon();
      throw e;
    }
    try {
      return answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new ServiceException(ErrorCode.TIMEOUT, service + " did not answer in time", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Removes something. */
  public void delete(String path, TeamId team) throws IOException {
    call(base -> exchanged(request(base, path, team).DELETE().build())).close();
  }

  private <T> T record(InputStream in, Class<T> type) throws IOException {
    try {
      return EngineJson.MAPPER.readValue(in, type);
    } catch (JacksonException e) {
      throw new IOException(service + " answered what cannot be read: " + e.getMessage(), e);
    }
  }

  private static HttpRequest.Builder request(URI base, String path, TeamId team) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(DEADLINE)
        .header(GantryHeaders.TEAM, team.value());
  }

  private interface Exchange {
    HttpResponse<InputStream> at(URI base) throws IOException, InterruptedException;
  }

  private HttpResponse<InputStream> exchanged(HttpRequest request)
      throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  private InputStream call(Exchange request) throws IOException {
    try {
      return breaker.executeCallable(() -> anyOf(request));
    } catch (CallNotPermittedException e) {
      throw away(e);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private InputStream anyOf(Exchange request) throws InterruptedException {
    IOException last = new IOException("no address is configured");
    for (URI base : bases) {
      try {
        HttpResponse<InputStream> response = request.at(base);
        if (response.statusCode() / 100 == 2) {
          return response.body();
        }
        throw problem(response);
      } catch (IOException e) {
        last = e;
      }
    }
    throw away(last);
  }

  private ServiceException away(Throwable cause) {
    return new ServiceException(
        ErrorCode.UNAVAILABLE, service + " is unavailable: " + cause.getMessage(), cause);
  }

  private static ServiceException problem(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readNBytes(64 * 1024);
      String detail = "status " + response.statusCode();
      try {
        Problem problem = EngineJson.MAPPER.readValue(bytes, Problem.class);
        if (problem.detail() != null) {
          detail = problem.detail();
        }
      } catch (JacksonException _) {
        // Not a problem body: the status has to do.
      }
      return new ServiceException(ErrorCode.ofStatus(response.statusCode()), detail);
    }
  }
}
