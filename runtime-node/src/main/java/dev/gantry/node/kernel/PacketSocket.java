package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A connected unix socket that keeps the borders of packets (unix(7), {@code SOCK_SEQPACKET}). */
public final class PacketSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_RD = 0;
  private static final int SHUT_WR = 1;
  private static final int ADDRESS_BYTES = 110;
  private static final int MAX_PATH = 107;

  private final Fd fd;

  private PacketSocket(Fd fd) {
    this.fd = fd;
  }

  /** Connects; a path longer than an address may be is reached through its folder's descriptor. */
  public static PacketSocket connect(Path path) throws KernelException {
    Fd socket =
        new Fd(
            Syscall.SOCKET.call(path.toString(), AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
            path.toString());
    try {
      if (path.toString().length() <= MAX_PATH) {
        connect(socket, path.toString());
      } else {
        Path folder = path.getParent();
        if (folder == null) {
          throw new IllegalArgumentException("no folder: " + path);
        }
        try (Fd place = RootedPaths.open(-100, folder.toString(), 0x200000, 0, 0)) {
          connect(socket, place.path() + "/" + path.getFileName());
        }
      }
      return new PacketSocket(socket);
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  private static void connect(Fd socket, String path) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
      Syscall.CONNECT.call(path, socket.number(), address.address(), ADDRESS_BYTES);
    }
  }

  public Fd fd() {
    return fd;
  }

  /**
   * Takes one packet without waiting.
   *
   * @return null where there is none yet; an empty array at the end
   */
  public byte @Nullable [] receive(int limit) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(limit);
      long n = Syscall.RECVFROM.raw(fd.number(), buffer.address(), limit, MSG_DONTWAIT, 0);
      if (n == -Errno.EAGAIN || n == -Errno.EINTR) {
        return null;
      }
      if (n == -104) {
        return new byte[0];
      }
      if (n < 0) {
        throw new KernelException("receive from", fd.subject(), (int) -n);
      }
      return buffer.asSlice(0, n).toArray(JAVA_BYTE);
    }
  }

  /** Sends one packet, waiting for room. */
  public void send(byte[] bytes, int offset, int length) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(length);
      MemorySegment.copy(bytes, offset, buffer, JAVA_BYTE, 0, length);
      Syscall.SENDTO.call(fd.subject(), fd.number(), buffer.address(), length, MSG_NOSIGNAL);
    }
  }

  /** Tells the other side that nothing it sends is wanted: its writes fail instead of waiting. */
  public void endInput() throws KernelException {
    Syscall.SHUTDOWN.call(fd.subject(), fd.number(), SHUT_RD);
  }

  /** Tells the other side that nothing more will be sent. */
  public void endOutput() throws KernelException {
    Syscall.SHUTDOWN.call(fd.subject(), fd.number(), SHUT_WR);
  }

  @Override
  public void close() {
    fd.close();
  }
}
