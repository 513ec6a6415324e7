package dev.gantry.image.access;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.RegistryAccessApi;
import dev.gantry.services.ServiceException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * The gateway, at whichever of its addresses answers, behind a circuit breaker: where it is away,
 * callers are told so at once and by its name.
 */
public final class Gateway {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final String NAME = "api-gateway";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final List<RegistryAccessApi> instances;
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          NAME,
          CircuitBreakerConfig.custom()
              .slidingWindowSize(10)
              .minimumNumberOfCalls(5)
              .waitDurationInOpenState(Duration.ofSeconds(1))
              .permittedNumberOfCallsInHalfOpenState(2)
              .ignoreExceptions(HttpClientErrorException.class)
              .build());

  public Gateway(List<RegistryAccessApi> instances) {
    this.instances = List.copyOf(instances);
  }

  /**
   * Over mutual TLS.
   *
   * @param bases comma separated
   */
  public static Gateway at(String bases, SSLContext tls, RestClient.Builder clients) {
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(tls)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(PATIENCE);
    return new Gateway(
        List.of(bases.split(",")).stream()
            .map(
                base ->
                    RestClientAdapter.create(
                        clients.clone().baseUrl(base.strip()).requestFactory(requests).build()))
            .map(
                client ->
                    HttpServiceProxyFactory.builderFor(client)
                        .build()
                        .createClient(RegistryAccessApi.class))
            .toList());
  }

  /** Asks; empty where there is no such thing. */
  <T> Optional<T> ask(Function<RegistryAccessApi, T> question) {
    try {
      return Optional.of(breaker.executeSupplier(() -> anyOf(question)));
    } catch (HttpClientErrorException.NotFound _) {
      return Optional.empty();
    } catch (CallNotPermittedException | RestClientException e) {
      log.info("the gateway did not answer: {}", e.getClass().getSimpleName());
      String said =
          e instanceof RestClientResponseException answer
              ? " answered " + answer.getStatusCode().value()
              : " is not reachable";
      throw new ServiceException(ErrorCode.UNAVAILABLE, NAME + said + "; try again later", e);
    }
  }

  private <T> T anyOf(Function<RegistryAccessApi, T> question) {
    ResourceAccessException last = new ResourceAccessException("no address is configured");
    for (RegistryAccessApi instance : instances) {
      try {
        return question.apply(instance);
      } catch (ResourceAccessException e) {
        last = e;
      }
    }
    throw last;
  }
}
