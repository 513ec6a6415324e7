package dev.gantry.image.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to where the {@link AddressGate} lets them. Everything that comes back is bounded:
 * lines, headers, silence. Redirects are followed here, so that each passes the gate and none
 * carries what proves who asks to another origin.
 */
final class RemoteHttp implements AutoCloseable {
  private static final int REDIRECTS = 5;
  private static final int LONGEST_LINE = 32 << 10;
  private static final int MOST_HEADERS = 200;
  private static final int MOST_CONNECTIONS = 500;
  private static final int MOST_CONNECTIONS_TO_ONE = 100;

  /** A server that speaks plain HTTP may wait for the end of what it takes for a request. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Set<Integer> REDIRECTED = Set.of(301, 302, 303, 307, 308);

  /** A request; the authorization is empty where none is sent. */
  record Request(
      String method,
      URI uri,
      Map<String, String> headers,
      String authorization,
      @Nullable HttpEntity body) {

    static Request of(String method, URI uri) {
      return new Request(method, uri, Map.of(), "", null);
    }

    Request with(Map<String, String> more) {
      return new Request(method, uri, more, authorization, body);
    }

    Request authorized(String value) {
      return new Request(method, uri, headers, value, body);
    }

    Request body(HttpEntity entity) {
      return new Request(method, uri, headers, authorization, entity);
    }

    private Request redirected(URI target) {
      boolean same = Origins.same(uri, target);
      return new Request(method, target, headers, same ? authorization : "", null);
    }

    private boolean mayBeRedirected() {
      return method.equals("GET") || method.equals("HEAD");
    }
  }

  /** A client and the connections that it keeps. */
  private record Lane(CloseableHttpClient client, PoolingHttpClientConnectionManager kept) {}

  private final Lane verifying;
  private final Lane trusting;

  RemoteHttp(AddressGate gate, Duration stall) {
    this.verifying = lane(gate, stall, DefaultClientTlsStrategy.createDefault());
    this.trusting =
        lane(
            gate,
            stall,
            new DefaultClientTlsStrategy(
                anyone(), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE));
  }

  private static Lane lane(AddressGate gate, Duration stall, DefaultClientTlsStrategy tls) {
    Timeout silence = Timeout.of(stall);
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(new GatedResolver(gate))
            .setTlsSocketStrategy(tls)
            .setDefaultTlsConfig(
                TlsConfig.custom().setHandshakeTimeout(Timeout.of(HANDSHAKE)).build())
            .setMaxConnTotal(MOST_CONNECTIONS)
            .setMaxConnPerRoute(MOST_CONNECTIONS_TO_ONE)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxLineLength(LONGEST_LINE)
                            .setMaxHeaderCount(MOST_HEADERS)
                            .setBufferSize(64 << 10)
                            .build())
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(CONNECT))
                    .setSocketTimeout(silence)
                    .build())
            .build();
    var client =
        HttpClients.custom()
            .setConnectionManager(connections)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(silence)
                    .setResponseTimeout(silence)
                    .build())
            .evictExpiredConnections()
            .evictIdleConnections(TimeValue.of(IDLE))
            .setUserAgent("gantry")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
    return new Lane(client, connections);
  }

  /**
   * Sends a request and answers what came, whatever its status.
   *
   * @param insecure the registry need not prove who it is, and may speak plain HTTP
   */
  Reply send(boolean insecure, Request request) throws RemoteException {
    Request next = request;
    for (int hop = 0; ; hop++) {
      Reply reply = exchange(insecure, next);
      if (!REDIRECTED.contains(reply.status()) || !next.mayBeRedirected()) {
        return reply;
      }
      try (reply) {
        URI target = Origins.resolve(next.uri(), reply.header("Location"));
        requireRedirect(next, target, insecure, hop);
        next = next.redirected(target);
      }
    }
  }

  private static void requireRedirect(Request from, URI target, boolean insecure, int hop)
      throws RemoteException {
    if (hop == REDIRECTS) {
      throw failed(from, RemoteException.Kind.OTHER, "more than " + REDIRECTS + " redirects", null);
    }
    boolean secured = "https".equals(target.getScheme());
    boolean mayBePlain = insecure || "http".equals(from.uri().getScheme());
    if (!secured && !(mayBePlain && "http".equals(target.getScheme()))) {
      throw failed(from, RemoteException.Kind.REFUSED, "redirected to what is not https://", null);
    }
  }

  private Reply exchange(boolean insecure, Request request) throws RemoteException {
    try {
      return attempt(insecure, request);
    } catch (NoHttpResponseException e) {
      return again(insecure, request, e);
    } catch (IOException e) {
      throw Failures.of(request.method(), request.uri(), e);
    }
  }

  /** Connections that were kept may be ones that the other side has closed meanwhile. */
  private Reply again(boolean insecure, Request request, IOException first) throws RemoteException {
    try {
      if (request.body() == null) {
        (insecure ? trusting : verifying).kept().closeIdle(TimeValue.ZERO_MILLISECONDS);
        return attempt(insecure, request);
      }
      throw first;
    } catch (IOException e) {
      throw Failures.of(request.method(), request.uri(), e);
    }
  }

  private Reply attempt(boolean insecure, Request request) throws IOException {
    HttpUriRequestBase message = new HttpUriRequestBase(request.method(), request.uri());
    request.headers().forEach(message::setHeader);
    if (!request.authorization().isEmpty()) {
      message.setHeader("Authorization", request.authorization());
    }
    message.setEntity(request.body());
    requireHost(request.uri());
    ClassicHttpResponse response =
        (insecure ? trusting : verifying).client().executeOpen(null, message, null);
    return new Reply(request.uri(), message, response);
  }

  private static RemoteException failed(
      Request request, RemoteException.Kind kind, String why, @Nullable Throwable cause) {
    return Failures.of(kind, request.method(), request.uri(), why, cause);
  }

  private static void requireHost(URI uri) throws UnknownHostException {
    if (uri.getHost() == null) {
      throw new UnknownHostException(uri.toString());
    }
  }

  private static SSLContext anyone() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAnyone()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  @Override
  public void close() throws IOException {
    verifying.client().close();
    trusting.client().close();
  }

  /** Resolves for a connection what the gate lets through; there is no other way to an address. */
  private record GatedResolver(AddressGate gate) implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      return gate.resolve(host, port);
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      throw new UnknownHostException("a port is needed to resolve " + host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /** For registries of which the settings say that nobody need prove who they are. */
  private static final class TrustAnyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      Objects.requireNonNull(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      Objects.requireNonNull(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
