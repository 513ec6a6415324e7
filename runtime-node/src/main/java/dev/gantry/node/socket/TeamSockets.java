package dev.gantry.node.socket;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.kernel.Spawner;
import dev.gantry.node.kernel.UnixListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of running containers. What comes in through one goes to a gateway in the name of the
 * container, which is all that the node says: what the team may do is decided there.
 *
 * <p>A container has one socket for the whole of a run: conmon holds it too, and keeps it when this
 * process dies. The next one takes it from there, and finds who connected meanwhile waiting.
 */
public final class TeamSockets {
  private static final Logger log = LoggerFactory.getLogger(TeamSockets.class);
  private static final int BACKLOG = 64;

  private final Poller poller;
  private final Gateway gateway;
  private final Map<ContainerId, TeamSocket> sockets = new ConcurrentHashMap<>();

  public TeamSockets(Poller poller, Gateway gateway) {
    this.poller = poller;
    this.gateway = gateway;
  }

  /** Opens the socket of a container that is about to start. */
  public void open(ContainerId id, TeamId team, Path path) throws IOException {
    close(id);
    Files.createDirectories(path.getParent());
    Files.deleteIfExists(path);
    UnixListener listener = UnixListener.bind(path, BACKLOG);
    serve(new TeamSocket(id, team, listener, poller, gateway), id);
    // As an engine's own: root's, and his whom a container gives the group to.
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
  }

  /** What conmon is to hold of the container; null where it has no socket. */
  public @Nullable Fd descriptor(ContainerId id) {
    TeamSocket socket = sockets.get(id);
    return socket == null ? null : socket.descriptor();
  }

  /**
   * Goes on with the socket of a container that an earlier process started. Where that can't be,
   * the container is to run on without.
   */
  public void adopt(ContainerId id, TeamId team, int conmonPid, long conmonStart) {
    if (sockets.containsKey(id)) {
      return;
    }
    try {
      Optional<PidFd> conmon = PidFd.open(conmonPid, conmonStart);
      if (conmon.isEmpty()) {
        log.warn("the socket of container {} is lost: its conmon is not there", id);
        return;
      }
      try (PidFd holder = conmon.get()) {
        UnixListener listener = UnixListener.heldBy(holder, Spawner.HELD);
        serve(new TeamSocket(id, team, listener, poller, gateway), id);
      }
    } catch (KernelException e) {
      log.warn("the socket of container {} is lost: {}", id, e.getMessage());
    }
  }

  private void serve(TeamSocket socket, ContainerId id) throws KernelException {
    try {
      socket.serve();
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
    sockets.put(id, socket);
  }

  /** Closes the container's socket, if it has one, and all connections to it. */
  public void close(ContainerId id) {
    TeamSocket socket = sockets.remove(id);
    if (socket != null) {
      socket.close();
    }
  }
}
