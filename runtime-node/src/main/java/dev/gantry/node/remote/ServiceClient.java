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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * Calls one other service over mutual TLS, at whichever of its addresses answers, behind a circuit
 * breaker: a service that is away fails callers at once and by name.
 */
public final class ServiceClient {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

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
    return call(base -> request(base, path, team).GET().build());
  }

  /** Sends a record and reads the answer as another. */
  public <T> T post(String path, TeamId team, Object body, Class<T> answer) throws IOException {
    byte[] json = EngineJson.MAPPER.writeValueAsBytes(body);
    try (InputStream in =
        call(
            base ->
                request(base, path, team)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                    .build())) {
      return EngineJson.MAPPER.readValue(in, answer);
    } catch (JacksonException e) {
      throw new IOException(service + " answered what cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads an answer as a record. */
  public <T> T get(String path, TeamId team, Class<T> answer) throws IOException {
    try (InputStream in = get(path, team)) {
      return EngineJson.MAPPER.readValue(in, answer);
    } catch (JacksonException e) {
      throw new IOException(service + " answered what cannot be read: " + e.getMessage(), e);
    }
  }

  /** Removes something. */
  public void delete(String path, TeamId team) throws IOException {
    call(base -> request(base, path, team).DELETE().build()).close();
  }

  private static HttpRequest.Builder request(URI base, String path, TeamId team) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(DEADLINE)
        .header(GantryHeaders.TEAM, team.value());
  }

  private interface ToRequest {
    HttpRequest at(URI base);
  }

  private InputStream call(ToRequest request) throws IOException {
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

  private InputStream anyOf(ToRequest request) throws InterruptedException {
    IOException last = new IOException("no address is configured");
    for (URI base : bases) {
      try {
        HttpResponse<InputStream> response =
            http.send(request.at(base), HttpResponse.BodyHandlers.ofInputStream());
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
