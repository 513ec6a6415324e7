package dev.gantry.gateway.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of the unix socket: gone before the start if nobody listens, its group set after it. */
final class UnixSocket {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocket.class);

  private UnixSocket() {}

  /** Removes what a killed process left; refuses to take a socket that somebody serves. */
  static void prepare(Path path) {
    try {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      if (served(path)) {
        throw new IllegalStateException("another process serves " + path);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make way for the socket " + path, e);
    }
  }

  private static boolean served(Path path) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return channel.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  /** Gives the socket to a group, whose members may then use it. */
  static void giveTo(Path path, String group) {
    if (group.isEmpty()) {
      return;
    }
    try {
      var principal =
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(principal);
    } catch (IOException e) {
      LOG.warn("cannot give {} to the group {}: {}", path, group, e.toString());
    }
  }
}
