package dev.gantry.node.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Links, addresses and routes of the network namespace of the thread that opened it (rtnetlink(7)).
 * What is already as asked is left as it is.
 */
public final class Links implements AutoCloseable {
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int VETH_INFO_PEER = 1;
  private static final int IFF_UP = 1;
  private static final int IFLA_PROTINFO = 12;
  private static final int IFLA_BRPORT_ISOLATED = 33;
  private static final int NLA_F_NESTED = 0x8000;
  private static final int AF_BRIDGE = 7;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_BROADCAST = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_OIF = 4;

  /** IPv4, to everywhere, in the main table, static, unicast (struct rtmsg, rtnetlink(7)). */
  private static final byte[] ROUTE = {2, 0, 0, 0, (byte) 254, 3, 0, 1, 0, 0, 0, 0};

  private static final MethodHandle IF_NAMETOINDEX = Libc.ofPointers("if_nametoindex", 1);

  private final Netlink netlink;

  private Links(Netlink netlink) {
    this.netlink = netlink;
  }

  public static Links open() throws IOException {
    return new Links(Netlink.open());
  }

  /** Makes a bridge, or finds it. */
  public void bridge(String name, byte[] mac) throws IOException {
    Netlink.Message message =
        newLink(Netlink.CREATE | Netlink.EXCLUSIVE, 0, 0)
            .attribute(IFLA_IFNAME, name)
            .attribute(IFLA_ADDRESS, mac);
    int info = message.begin(IFLA_LINKINFO);
    message.attribute(IFLA_INFO_KIND, "bridge").end(info);
    int error = netlink.send(message);
    if (error != 0 && error != Errno.EEXIST) {
      throw new KernelException("make", "bridge " + name, error);
    }
  }

  /**
   * Makes a pair of links: {@code name} here, on the bridge and up, and {@code peer} in another
   * namespace.
   *
   * @param peerMac address of the peer
   * @param mtu of both; 0 for the kernel's own
   */
  public void veth(String name, int bridge, String peer, byte[] peerMac, int mtu, Fd peerNamespace)
      throws IOException {
    Netlink.Message message =
        newLink(Netlink.CREATE | Netlink.EXCLUSIVE, 0, IFF_UP)
            .attribute(IFLA_IFNAME, name)
            .attribute(IFLA_MASTER, bridge);
    if (mtu > 0) {
      message.attribute(IFLA_MTU, mtu);
    }
    int info = message.begin(IFLA_LINKINFO);
    message.attribute(IFLA_INFO_KIND, "veth");
    int data = message.begin(IFLA_INFO_DATA);
    int other = message.begin(VETH_INFO_PEER);
    message.raw(linkHeader(0, 0)).attribute(IFLA_IFNAME, peer).attribute(IFLA_ADDRESS, peerMac);
    if (mtu > 0) {
      message.attribute(IFLA_MTU, mtu);
    }
    message.attribute(IFLA_NET_NS_FD, peerNamespace.number());
    message.end(other).end(data).end(info);
    check(netlink.send(message), "make", "link " + name);
  }

  /** Sets a link up. */
  public void up(int index) throws IOException {
    check(netlink.send(newLink(0, index, IFF_UP)), "set up", "link " + index);
  }

  public void mtu(int index, int mtu) throws IOException {
    check(
        netlink.send(newLink(0, index, 0).attribute(IFLA_MTU, mtu)),
        "set the MTU of",
        "link " + index);
  }

  /** Gives a link an address; one that it has is well. */
  public void address(int index, Inet4Address address, int prefixLength) throws IOException {
    byte[] bytes = address.getAddress();
    int bits =
        ByteBuffer.wrap(bytes).getInt()
            | (prefixLength == 0 ? -1 : (int) (0xffffffffL >>> prefixLength));
    byte[] header = {2, (byte) prefixLength, 0, 0};
    Netlink.Message message =
        new Netlink.Message(
                Netlink.RTM_NEWADDR,
                (short) (Netlink.REQUEST_ACK | Netlink.CREATE | Netlink.REPLACE))
            .raw(header)
            .int32(index)
            .attribute(IFA_LOCAL, bytes)
            .attribute(IFA_ADDRESS, bytes)
            .attribute(IFA_BROADCAST, ByteBuffer.allocate(4).putInt(bits).array());
    check(netlink.send(message), "give", "address " + address.getHostAddress());
  }

  /** Sends everything that has no better way through {@code gateway}. */
  public void defaultRoute(int index, Inet4Address gateway) throws IOException {
    Netlink.Message message =
        new Netlink.Message(
                Netlink.RTM_NEWROUTE,
                (short) (Netlink.REQUEST_ACK | Netlink.CREATE | Netlink.REPLACE))
            .raw(ROUTE)
            .attribute(RTA_GATEWAY, gateway.getAddress())
            .attribute(RTA_OIF, index);
    check(netlink.send(message), "route through", gateway.getHostAddress());
  }

  /** What has no better way goes nowhere; without such a route already, it is well. */
  public void noDefaultRoute() throws IOException {
    int error =
        netlink.send(new Netlink.Message(Netlink.RTM_DELROUTE, Netlink.REQUEST_ACK).raw(ROUTE));
    if (error != Errno.ESRCH) {
      check(error, "remove", "the default route");
    }
  }

  /**
   * A port of a bridge passes nothing to other ports that are isolated too, only to the rest
   * (bridge(8), {@code isolated}).
   */
  public void isolate(int index) throws IOException {
    byte[] header = linkHeader(index, 0);
    header[0] = AF_BRIDGE;
    Netlink.Message message =
        new Netlink.Message(Netlink.RTM_SETLINK, Netlink.REQUEST_ACK).raw(header);
    int port = message.begin(IFLA_PROTINFO | NLA_F_NESTED);
    message.attribute(IFLA_BRPORT_ISOLATED, new byte[] {1}).end(port);
    check(netlink.send(message), "isolate", "link " + index);
  }

  /** Removes a link; answers false where there is none. */
  public boolean remove(String name) throws IOException {
    Netlink.Message message =
        new Netlink.Message(Netlink.RTM_DELLINK, Netlink.REQUEST_ACK)
            .raw(linkHeader(0, 0))
            .attribute(IFLA_IFNAME, name);
    int error = netlink.send(message);
    if (error == Errno.ENODEV) {
      return false;
    }
    check(error, "remove", "link " + name);
    return true;
  }

  /**
   * The index of a link in the namespace of the calling thread (if_nametoindex(3)); 0 where there
   * is none.
   */
  public static int index(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) IF_NAMETOINDEX.invokeExact(arena.allocateFrom(name));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Names of the links in the namespace of the calling thread. */
  public static List<String> names() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/net/dev"))) {
      return lines.skip(2).map(line -> line.substring(0, line.indexOf(':')).strip()).toList();
    }
  }

  private static Netlink.Message newLink(int flags, int index, int up) {
    return new Netlink.Message(Netlink.RTM_NEWLINK, (short) (Netlink.REQUEST_ACK | flags))
        .raw(linkHeader(index, up));
  }

  private static byte[] linkHeader(int index, int flags) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .put((byte) 0)
        .put((byte) 0)
        .putShort((short) 0)
        .putInt(index)
        .putInt(flags)
        .putInt(flags)
        .array();
  }

  private static void check(int error, String what, String subject) throws KernelException {
    if (error != 0) {
      throw new KernelException(what, subject, error);
    }
  }

  /** An address as four bytes, from dotted text. */
  public static Inet4Address ipv4(String text) throws IOException {
    return (Inet4Address) InetAddress.ofLiteral(text);
  }

  @Override
  public void close() {
    netlink.close();
  }
}
