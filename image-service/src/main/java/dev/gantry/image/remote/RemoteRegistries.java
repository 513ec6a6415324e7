package dev.gantry.image.remote;

import dev.gantry.engine.Reference;
import dev.gantry.image.remote.RemoteException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Other registries by name: which addresses a name stands for, and in which order to ask them. */
public final class RemoteRegistries implements AutoCloseable {
  private static final String HUB = "docker.io";
  private static final URI HUB_ORIGIN = URI.create("https://registry-1.docker.io");
  private static final URI HUB_SEARCH = URI.create("https://index.docker.io/v1/search");
  private static final int LARGEST_SEARCH = 4 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int MOST_PLAIN = 1_000;

  private final Set<URI> plainOnes = ConcurrentHashMap.newKeySet();
  private final AddressGate gate;
  private final RemoteHttp http;
  private final List<URI> mirrors;

  public RemoteRegistries(RemoteSettings settings, AddressGate gate) {
    this.gate = gate;
    this.http = new RemoteHttp(gate, settings.stall());
    this.mirrors =
        settings.registryMirrors().stream()
            .map(
                text ->
                    URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text))
            .toList();
  }

  /** Something to do at a registry that may have to be tried at several addresses. */
  @FunctionalInterface
  public interface Step<T> {
    T at(RemoteRepository repository) throws RemoteException;
  }

  /** Does it at the first address that serves, mirrors first. */
  public <T> T pullFrom(Credentials credentials, Reference name, Step<T> step)
      throws RemoteException {
    List<Endpoint> endpoints = new ArrayList<>();
    if (name.domain().equals(HUB)) {
      mirrors.forEach(uri -> endpoints.add(new Endpoint(uri, isInsecure(uri), true)));
    }
    endpoints.addAll(endpoints(name.domain()));
    return first(credentials, endpoints, name.path(), step);
  }

  /** Does it at the registry itself. */
  public <T> T pushTo(Credentials credentials, Reference name, Step<T> step)
      throws RemoteException {
    return first(credentials, endpoints(name.domain()), name.path(), step);
  }

  private <T> T first(Credentials credentials, List<Endpoint> endpoints, String path, Step<T> step)
      throws RemoteException {
    RemoteException failure = null;
    for (Endpoint endpoint : endpoints) {
      try {
        return step.at(open(credentials, endpoint, path));
      } catch (RemoteException e) {
        if (!endpoint.leavesOthers(e)) {
          throw e;
        }
        failure = e;
      }
    }
    throw failure == null
        ? new RemoteException(Kind.UNREACHABLE, "no registry to ask for " + path)
        : failure;
  }

  private List<Endpoint> endpoints(String domain) throws RemoteException {
    if (domain.equals(HUB)) {
      return List.of(new Endpoint(HUB_ORIGIN, false, false));
    }
    URI secured;
    try {
      secured = URI.create("https://" + domain.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new RemoteException(Kind.UNREACHABLE, domain + " is no address of a registry", e);
    }
    if (secured.getHost() == null) {
      throw new RemoteException(Kind.UNREACHABLE, domain + " is no address of a registry");
    }
    if (!isInsecure(secured)) {
      return List.of(new Endpoint(secured, false, false));
    }
    Endpoint plain =
        new Endpoint(URI.create("http://" + domain.toLowerCase(Locale.ROOT)), true, false);
    return plainOnes.contains(plain.origin())
        ? List.of(plain)
        : List.of(new Endpoint(secured, true, false), plain);
  }

  private boolean isInsecure(URI origin) {
    return gate.isInsecure(origin.getHost(), Origins.port(origin));
  }

  private RemoteRepository open(Credentials credentials, Endpoint endpoint, String path)
      throws RemoteException {
    Authorization authorization = authorization(credentials, endpoint);
    return new RemoteRepository(http, endpoint, authorization, path);
  }

  /** Asks the registry how it wants to be shown who asks. */
  private Authorization authorization(Credentials credentials, Endpoint endpoint)
      throws RemoteException {
    RemoteHttp.Request ping = RemoteHttp.Request.of("GET", endpoint.uri("/v2/"));
    boolean _ = plainOnes.remove(endpoint.origin());
    try (Reply reply = http.send(endpoint.insecure(), ping)) {
      remember(endpoint);
      if (reply.status() != 401) {
        RemoteRepository.require(ping, reply, 200);
      }
      return new Authorization(
          http,
          endpoint,
          endpoint.mirror() ? Credentials.NONE : credentials,
          reply.status() == 401 ? Challenge.parse(reply.headers("WWW-Authenticate")) : List.of());
    }
  }

  /** What answered in plain HTTP need not be asked for TLS each time. */
  private void remember(Endpoint endpoint) {
    if ("http".equals(endpoint.origin().getScheme()) && plainOnes.size() < MOST_PLAIN) {
      boolean _ = plainOnes.add(endpoint.origin());
    }
  }

  /** Asks the registry whether it takes the credentials. */
  public void login(Credentials credentials, String domain) throws RemoteException {
    RemoteException failure = null;
    for (Endpoint endpoint : endpoints(domain)) {
      try {
        login(credentials, endpoint);
        return;
      } catch (RemoteException e) {
        if (!endpoint.leavesOthers(e)) {
          throw e;
        }
        failure = e;
      }
    }
    throw failure == null ? new RemoteException(Kind.UNREACHABLE, "no registry to ask") : failure;
  }

  private void login(Credentials credentials, Endpoint endpoint) throws RemoteException {
    Authorization authorization = authorization(credentials, endpoint);
    RemoteHttp.Request request = RemoteHttp.Request.of("GET", endpoint.uri("/v2/"));
    try (Reply reply =
        http.send(endpoint.insecure(), request.authorized(authorization.of(request, "")))) {
      if (reply.status() == 401) {
        throw new RemoteException(
            Kind.UNAUTHORIZED,
            "login attempt to " + request.uri() + " failed with status: 401 Unauthorized");
      }
      RemoteRepository.require(request, reply, 200);
    }
  }

  /** What Docker Hub finds, as it tells it. */
  public JsonNode search(String term, int limit) throws RemoteException {
    String query = "?q=" + URLEncoder.encode(term, StandardCharsets.UTF_8) + "&n=" + limit;
    RemoteHttp.Request request = RemoteHttp.Request.of("GET", URI.create(HUB_SEARCH + query));
    try (Reply reply = http.send(false, request)) {
      RemoteRepository.require(request, reply, 200);
      return JSON.readTree(reply.bytes(LARGEST_SEARCH)).path("results");
    } catch (JacksonException e) {
      throw Failures.of(Kind.OTHER, "GET", request.uri(), "not what a search answers", e);
    }
  }

  /**
   * Asks for something that is no registry's, with whatever the answer is. It has to prove who it
   * is, where it is asked by TLS.
   */
  public RemoteFile download(Credentials credentials, URI uri) throws RemoteException {
    RemoteHttp.Request request = RemoteHttp.Request.of("GET", uri);
    return new RemoteFile(
        http.send(
            false, credentials.hasPassword() ? request.authorized(credentials.basic()) : request));
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
