package dev.gantry.node.lifecycle;

import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.socket.TeamSockets;
import dev.gantry.node.volume.MountEntry;
import java.io.IOException;
import java.nio.file.Files;

/** The socket that speaks for the container's team, where the container has it mounted. */
final class SocketHook implements Hook {
  private final NodeFiles files;
  private final TeamSockets sockets;

  SocketHook(NodeFiles files, TeamSockets sockets) {
    this.files = files;
    this.sockets = sockets;
  }

  static boolean isWanted(ContainerRecord record) {
    return record.spec().mounts().stream()
        .anyMatch(mount -> mount.kind() == MountEntry.Kind.SOCKET);
  }

  @Override
  public String name() {
    return "socket";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    if (isWanted(record)) {
      sockets.open(record.id(), record.team(), files.teamSocket(record.id()));
    }
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    sockets.close(record.id());
    Files.deleteIfExists(files.teamSocket(record.id()));
  }
}
