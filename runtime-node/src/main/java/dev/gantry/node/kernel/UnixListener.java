package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A unix socket that listens (unix(7), {@code SOCK_STREAM}). Its file means this very socket: one
 * that is bound later at the same path is another file. So where the socket has to outlive this
 * process, another one holds its descriptor, from which it is taken back.
 */
public final class UnixListener implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int FLAGS = 0x80000 | 0x800; // SOCK_CLOEXEC, SOCK_NONBLOCK
  private static final int ADDRESS_BYTES = 110;
  private static final int AT_FDCWD = -100;
  private static final int O_PATH = 0x200000;
  private static final int ECONNABORTED = 103;

  private final Fd fd;

  private UnixListener(Fd fd) {
    this.fd = fd;
  }

  /**
   * Listens at a path where nothing is yet; of any length, as its folder is held open meanwhile.
   */
  public static UnixListener bind(Path path, int backlog) throws KernelException {
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new KernelException("bind", path.toString(), Errno.ENOENT);
    }
    String subject = path.toString();
    Fd socket = new Fd(Syscall.SOCKET.call(subject, AF_UNIX, SOCK_STREAM | FLAGS, 0), subject);
    try (Fd place = RootedPaths.open(AT_FDCWD, folder.toString(), O_PATH, 0, 0);
        Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      byte[] name = (place.path() + "/" + path.getFileName()).getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
      Syscall.BIND.call(subject, socket.number(), address.address(), ADDRESS_BYTES);
      Syscall.LISTEN.call(subject, socket.number(), backlog);
      return new UnixListener(socket);
    } catch (KernelException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** That which another process has as its descriptor {@code number} (pidfd_getfd(2)). */
  public static UnixListener heldBy(PidFd process, int number) throws KernelException {
    String subject = "socket " + number + " of " + process.fd().subject();
    return new UnixListener(
        new Fd(Syscall.PIDFD_GETFD.call(subject, process.fd().number(), number, 0), subject));
  }

  public Fd fd() {
    return fd;
  }

  /** A connection that waits; empty where none does. */
  public Optional<UnixStream> accept(Poller poller) throws KernelException {
    long result = Syscall.ACCEPT4.raw(fd.number(), 0, 0, FLAGS, 0);
    if (result == -Errno.EAGAIN || result == -Errno.EINTR || result == -ECONNABORTED) {
      return Optional.empty();
    }
    if (result < 0) {
      throw new KernelException("accept at", fd.subject(), (int) -result);
    }
    return Optional.of(UnixStream.over(poller, new Fd(result, fd.subject())));
  }

  /** Whoever holds the same socket besides goes on listening. */
  @Override
  public void close() {
    fd.close();
  }
}
