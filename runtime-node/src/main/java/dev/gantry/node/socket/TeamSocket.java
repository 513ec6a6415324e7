package dev.gantry.node.socket;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.kernel.UnixListener;
import dev.gantry.node.kernel.UnixStream;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket of one running container. */
final class TeamSocket {
  private static final Logger log = LoggerFactory.getLogger(TeamSocket.class);
  private static final int MOST = 64;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final ContainerId container;
  private final TeamId team;
  private final UnixListener listener;
  private final Poller poller;
  private final Gateway gateway;
  private final Set<TeamConnection> connections = new HashSet<>();
  private Poller.@Nullable Watch watch;
  private boolean closed;

  TeamSocket(
      ContainerId container, TeamId team, UnixListener listener, Poller poller, Gateway gateway) {
    this.container = container;
    this.team = team;
    this.listener = listener;
    this.poller = poller;
    this.gateway = gateway;
  }

  Fd descriptor() {
    return listener.fd();
  }

  /** Begins to take connections. */
  synchronized void serve() throws KernelException {
    watch =
        poller.watch(
            listener.fd(),
            () -> Thread.ofVirtual().name("team-socket-accept").start(this::acceptAll));
  }

  private void acceptAll() {
    try {
      while (acceptOne()) {
        continue;
      }
    } catch (KernelException e) {
      // The node has too many files open, for example; those that wait are served later.
      log.warn("the socket of container {} takes nobody now: {}", container, e.getMessage());
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    synchronized (this) {
      if (watch != null && !closed) {
        watch.arm();
      }
    }
  }

  private synchronized boolean acceptOne() throws KernelException {
    Optional<UnixStream> accepted = closed ? Optional.empty() : listener.accept(poller);
    if (accepted.isEmpty()) {
      return false;
    }
    TeamConnection connection = new TeamConnection(accepted.get());
    boolean full = connections.size() >= MOST;
    if (!full) {
      connections.add(connection);
    }
    Thread.ofVirtual().name("team-socket").start(() -> serve(connection, full));
    return true;
  }

  private void serve(TeamConnection connection, boolean full) {
    if (full) {
      connection.refuse(
          new ServiceException(
              ErrorCode.UNAVAILABLE, "the container has " + MOST + " connections open already"));
      return;
    }
    try {
      connection.run(gateway, team, container);
    } finally {
      synchronized (this) {
        connections.remove(connection);
      }
    }
  }

  /** Takes nobody any more, and ends the connections that there are. */
  void close() {
    List<TeamConnection> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (watch != null) {
        watch.close();
      }
      listener.close();
      open = List.copyOf(connections);
    }
    open.forEach(TeamConnection::end);
  }
}
