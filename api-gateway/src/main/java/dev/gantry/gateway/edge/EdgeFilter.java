package dev.gantry.gateway.edge;

import dev.gantry.engine.ApiVersion;
import dev.gantry.gateway.audit.AuditTrail;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Permission;
import dev.gantry.gateway.fleet.FleetReader;
import dev.gantry.gateway.identity.Identities;
import dev.gantry.gateway.identity.Policy;
import dev.gantry.gateway.version.VersionedPath;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.RegistryAccessApi;
import dev.gantry.services.ServiceException;
import dev.gantry.services.TeamSocket;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.HandlerMapping;
import tools.jackson.core.JacksonException;

/**
 * The way of every request: which door, who, which version, which route, allowed or not; then the
 * route's handler, and its answer in the caller's version. What comes through a public door never
 * gets further than here, so that nothing but the route table can be reached through it.
 */
public final class EdgeFilter implements Filter {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeFilter.class);
  static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
  private static final String SERVER = "Gantry/0.1.0 (linux)";

  /** The processes that image-service runs in. */
  private static final Set<String> ASK_OF_TOKENS = Set.of("control", "image-service");

  private final RouteTable routes;
  private final AuditTrail audit;
  private final String socket;
  private final FleetReader fleet;
  private final TeamDoor teams;

  public EdgeFilter(
      RouteTable routes, AuditTrail audit, String socket, FleetReader fleet, TeamDoor teams) {
    this.fleet = fleet;
    this.teams = teams;
    this.routes = routes;
    this.audit = audit;
    this.socket = socket;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    HttpServletResponse answer = (HttpServletResponse) response;
    Door door = (Door) request.getAttribute(Door.ATTRIBUTE);
    if (door == null || door == Door.INTERNAL) {
      if (http.getServletPath().startsWith("/actuator")) {
        chain.doFilter(request, response);
      } else if (http.getServletPath().equals(TeamSocket.DOOR)) {
        teams.serve(http, answer);
      } else if (!http.getServletPath().startsWith(RegistryAccessApi.PATH + "/")) {
        answer.sendError(HttpServletResponse.SC_NOT_FOUND);
      } else if (mayAskOfTokens(http)) {
        chain.doFilter(request, response);
      } else {
        answer.sendError(HttpServletResponse.SC_FORBIDDEN);
      }
      return;
    }
    answer.setHeader("Server", SERVER);
    answer.setHeader("Api-Version", ApiVersion.MAX.toString());
    answer.setHeader("Docker-Experimental", "false");
    answer.setHeader("Ostype", "linux");
    serve(door, new QueryOnlyRequest(http), answer);
  }

  /** A node, which has a certificate of the platform's, too, has nothing to ask there. */
  private static boolean mayAskOfTokens(HttpServletRequest http) {
    return ASK_OF_TOKENS.contains(
        Identities.ofPlatform((X509Certificate[]) http.getAttribute(CERTIFICATES)));
  }

  private void serve(Door door, HttpServletRequest http, HttpServletResponse response)
      throws IOException, ServletException {
    long begun = System.nanoTime();
    Caller caller;
    try {
      caller = caller(door, http);
      HostGuard.check(door, http);
    } catch (ServiceException e) {
      Rendering.failure(e, response);
      return;
    }
    Call call;
    try {
      call = admit(caller, http);
      if (call.route().permission() != Permission.SYSTEM_READ) {
        fleet.requireCaughtUp();
      }
    } catch (ServiceException e) {
      int status = Rendering.failure(e, response);
      audit.refused(caller, http, status, System.nanoTime() - begun);
      return;
    }
    http.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, call.route().pattern());
    AuditTrail.Entry entry;
    try {
      entry = audit.begin(call);
    } catch (ServiceException e) {
      Rendering.failure(e, response);
      return;
    }
    DoorProtocol.expectBody(http, http.getContentType(), http.getContentLengthLong());
    int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    try {
      status = handle(call, response);
    } finally {
      entry.end(status);
    }
  }

  private Caller caller(Door door, HttpServletRequest http) {
    return switch (door) {
      case UNIX -> Identities.ofUnixSocket(socket);
      case LOOPBACK -> Identities.ofLoopback(http.getRemoteAddr(), http.getRemotePort());
      case TLS ->
          Identities.ofCertificate(
              (X509Certificate[]) http.getAttribute(CERTIFICATES),
              http.getRemoteAddr(),
              http.getRemotePort());
      case TEAM -> teams.caller(http.getRemoteAddr(), http.getRemotePort());
      case INTERNAL -> throw new IllegalStateException("not a public door");
    };
  }

  private Call admit(Caller caller, HttpServletRequest http) {
    VersionedPath path = VersionedPath.parse(http.getRequestURI());
    List<String> segments =
        RoutePattern.segments(path.path()).stream().map(EdgeFilter::decoded).toList();
    if (segments.contains("..") || segments.contains(".")) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "page not found");
    }
    path.requireServed();
    RouteTable.Match match =
        routes
            .find(http.getMethod(), segments)
            .orElseThrow(() -> new ServiceException(ErrorCode.NOT_FOUND, "page not found"));
    if (!Policy.allows(caller, match.route().permission())) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN, "not allowed to " + match.route().verb().replace('.', ' '));
    }
    return new Call(caller, path.version(), match.route(), match.variables(), http);
  }

  private static String decoded(String segment) {
    try {
      // A plus is a plus in a path.
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid URL escape in path", e);
    }
  }

  private static int handle(Call call, HttpServletResponse response)
      throws IOException, ServletException {
    Answer answer;
    try {
      answer = call.route().handler().handle(call);
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.INTERNAL) {
        LOG.warn("{} failed", call.route().verb(), e);
      }
      return Rendering.failure(e, response);
    } catch (JacksonException e) {
      return Rendering.failure(Call.malformed(e), response);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      LOG.error("{} failed", call.route().verb(), e);
      return Rendering.failure(
          new ServiceException(
              ErrorCode.INTERNAL, "internal error: " + e.getClass().getSimpleName()),
          response);
    }
    try {
      Rendering.answer(answer, call.route().shape(), call.version(), call.http(), response);
    } catch (ServiceException e) {
      if (response.isCommitted()) {
        throw new IOException("an answer was cut", e);
      }
      response.reset();
      return Rendering.failure(e, response);
    }
    return response.getStatus();
  }
}
