package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A route netlink socket (rtnetlink(7)) in the network namespace of the thread that opened it. One
 * thread at a time.
 */
final class Netlink implements AutoCloseable {
  static final short RTM_NEWLINK = 16;
  static final short RTM_DELLINK = 17;
  static final short RTM_SETLINK = 19;
  static final short RTM_NEWADDR = 20;
  static final short RTM_NEWROUTE = 24;
  static final short RTM_DELROUTE = 25;
  static final short REQUEST_ACK = 1 | 4;
  static final short CREATE = 0x400;
  static final short EXCLUSIVE = 0x200;
  static final short REPLACE = 0x100;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int NLMSG_ERROR = 2;
  private static final int BUFFER_BYTES = 16384;

  private final Fd socket;
  private int sequence;

  private Netlink(Fd socket) {
    this.socket = socket;
  }

  static Netlink open() throws KernelException {
    return new Netlink(
        new Fd(Syscall.SOCKET.call("netlink", AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0), "netlink"));
  }

  /**
   * A message under construction: header, family header, attributes; everything in the host's byte
   * order.
   */
  static final class Message {
    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    Message(short type, short flags) {
      bytes.putInt(0).putShort(type).putShort(flags).putInt(0).putInt(0);
    }

    Message raw(byte[] header) {
      bytes.put(header);
      return this;
    }

    Message int32(int value) {
      bytes.putInt(value);
      return this;
    }

    Message attribute(int type, byte[] value) {
      bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
      return align();
    }

    Message attribute(int type, int value) {
      bytes.putShort((short) 8).putShort((short) type).putInt(value);
      return this;
    }

    Message attribute(int type, String value) {
      byte[] text = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return attribute(type, java.util.Arrays.copyOf(text, text.length + 1));
    }

    /** Opens an attribute that holds others; {@link #end} closes it. */
    int begin(int type) {
      int at = bytes.position();
      bytes.putShort((short) 0).putShort((short) type);
      return at;
    }

    Message end(int at) {
      bytes.putShort(at, (short) (bytes.position() - at));
      return this;
    }

    private Message align() {
      while (bytes.position() % 4 != 0) {
        bytes.put((byte) 0);
      }
      return this;
    }
  }

  /** Sends and waits for the kernel's acknowledgement; answers the error number, 0 when done. */
  int send(Message message) throws IOException {
    ByteBuffer bytes = message.bytes;
    int length = bytes.position();
    bytes.putInt(0, length).putInt(8, ++sequence);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
      MemorySegment.copy(bytes.array(), 0, buffer, JAVA_BYTE, 0, length);
      Syscall.SENDTO.call("netlink", socket.number(), buffer.address(), length, 0);
      while (true) {
        int n =
            (int)
                Syscall.RECVFROM.call(
                    "netlink", socket.number(), buffer.address(), BUFFER_BYTES, 0);
        ByteBuffer answer = buffer.asSlice(0, n).asByteBuffer().order(ByteOrder.nativeOrder());
        while (answer.remaining() >= 16) {
          int at = answer.position();
          int size = answer.getInt(at);
          if (answer.getShort(at + 4) == NLMSG_ERROR && answer.getInt(at + 8) == sequence) {
            return -answer.getInt(at + 16);
          }
          answer.position(Math.min(answer.limit(), at + ((size + 3) & ~3)));
        }
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
