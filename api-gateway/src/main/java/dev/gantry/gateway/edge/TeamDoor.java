package dev.gantry.gateway.edge;

import dev.gantry.engine.ApiVersion;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Shape;
import dev.gantry.gateway.fleet.FleetReader;
import dev.gantry.gateway.fleet.Nodes;
import dev.gantry.gateway.identity.Identities;
import dev.gantry.gateway.identity.SocketPolicy;
import dev.gantry.gateway.names.Names;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in from the sockets of containers. A node, known by its certificate, names a container
 * that was placed on it, and hands over the container's bytes, whatever they are. They go on to a
 * connector of our own on loopback, so that they are served as those of every other door.
 *
 * <p>Whose a connection to that connector is, tells the port that it comes from: bound and noted
 * here before it connects, and forgotten before it is closed, so that nobody else's has a caller.
 */
public final class TeamDoor {
  private static final Logger LOG = LoggerFactory.getLogger(TeamDoor.class);
  static final String ADDRESS = "127.0.0.1";

  private final Names names;
  private final Nodes nodes;
  private final FleetReader fleet;
  private final SocketPolicy policy;
  private final IntSupplier port;
  private final Map<Integer, Caller> callers = new ConcurrentHashMap<>();

  /**
   * @param port of the connector on loopback, once it is open
   */
  public TeamDoor(
      Names names, Nodes nodes, FleetReader fleet, SocketPolicy policy, IntSupplier port) {
    this.names = names;
    this.nodes = nodes;
    this.fleet = fleet;
    this.policy = policy;
    this.port = port;
  }

  /** A node's request for a connection. */
  void serve(HttpServletRequest http, HttpServletResponse response)
      throws IOException, ServletException {
    try {
      if (!GantryHeaders.STREAM_PROTOCOL.equalsIgnoreCase(http.getHeader("Upgrade"))) {
        throw new ServiceException(
            ErrorCode.INVALID, "this call needs Upgrade: " + GantryHeaders.STREAM_PROTOCOL);
      }
      TeamLine line = connect(admit(http));
      Rendering.answer(
          new Answer.Hijack("application/octet-stream", line),
          Shape.PLAIN,
          ApiVersion.MAX,
          http,
          response);
    } catch (ServiceException e) {
      LOG.warn("a connection from a container's socket was refused: {}", e.detail());
      Rendering.failure(e, response);
    }
  }

  /** Where the container was placed is our own record, so that no node can claim another's. */
  private Caller admit(HttpServletRequest http) {
    String node =
        Identities.ofPlatform((X509Certificate[]) http.getAttribute(EdgeFilter.CERTIFICATES));
    TeamId team;
    ContainerId container;
    try {
      team = new TeamId(String.valueOf(http.getHeader(GantryHeaders.TEAM)));
      container = new ContainerId(String.valueOf(http.getHeader(GantryHeaders.CONTAINER)));
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
    fleet.requireCaughtUp();
    boolean there =
        names
            .placement(container)
            .filter(placed -> placed.team().equals(team))
            .flatMap(placed -> nodes.get(placed.node()))
            .filter(host -> host.name().equals(node))
            .isPresent();
    if (!there) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN,
          "%s has no container %s of team %s".formatted(node, container, team));
    }
    if (!policy.allows(team)) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN, "team " + team + " may not have its socket in containers");
    }
    return Identities.ofContainer(team, container, node);
  }

  private TeamLine connect(Caller caller) throws IOException {
    InetAddress here = InetAddress.getByName(ADDRESS);
    SocketChannel channel = SocketChannel.open();
    int from = -1;
    try {
      channel.bind(new InetSocketAddress(here, 0));
      from = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      callers.put(from, caller);
      channel.connect(new InetSocketAddress(here, port.getAsInt()));
    } catch (IOException | RuntimeException e) {
      callers.remove(from);
      channel.close();
      throw e;
    }
    int bound = from;
    return new TeamLine(channel, () -> callers.remove(bound));
  }

  /** Who has connected to the connector on loopback. */
  Caller caller(String address, int from) {
    return Optional.ofNullable(address.equals(ADDRESS) ? callers.get(from) : null)
        .orElseThrow(
            () ->
                new ServiceException(
                    ErrorCode.UNAUTHENTICATED, "this port is for the gateway's own connections"));
  }
}
