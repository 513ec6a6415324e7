package dev.gantry.image.remote;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Keeps what teams name from becoming a way to services that only this host reaches. A name is
 * resolved here, each address is checked, and the connection goes to the very address that was
 * checked: a name that resolves to something else a moment later changes nothing.
 *
 * <p>Refused are addresses of this host, loopback, unspecified, link-local and multicast ones, and
 * those at which clouds tell secrets, unless the settings name the registry.
 */
public final class AddressGate {
  /** Where clouds answer their machines, besides link-local addresses. */
  private static final Set<String> METADATA =
      Set.of("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2:0:0:0:0:0:254");

  private final InsecureRegistries insecure;
  private final InsecureRegistries allowed;

  /**
   * @param own where the platform's own registry listens, which asks itself who somebody is
   */
  public AddressGate(RemoteSettings settings, InetSocketAddress own) {
    List<String> plain = new ArrayList<>(settings.insecureRegistries());
    plain.add(own.getHostString() + ":" + own.getPort());
    List<String> known = new ArrayList<>(plain);
    for (String text : settings.registryMirrors()) {
      URI mirror = URI.create(text);
      String name = mirror.getHost() + ":" + Origins.port(mirror);
      known.add(name);
      if ("http".equals(mirror.getScheme())) {
        plain.add(name);
      }
    }
    this.insecure = new InsecureRegistries(plain);
    this.allowed = new InsecureRegistries(known);
  }

  /** True for a registry that may speak plain HTTP. */
  boolean isInsecure(String host, int port) {
    return insecure.hasName(host, port);
  }

  /** The addresses of the name to which a connection may be made; at least one. */
  List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    List<InetSocketAddress> allowed = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (isAllowed(host, port, address)) {
        allowed.add(new InetSocketAddress(address, port));
      }
    }
    if (allowed.isEmpty()) {
      throw new RefusedAddressException(host, port);
    }
    return allowed;
  }

  private boolean isAllowed(String host, int port, InetAddress address) {
    return allowed.hasName(host, port) || allowed.hasAddress(address) || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    InetAddress inner = carried(address);
    return !inner.isLoopbackAddress()
        && !inner.isAnyLocalAddress()
        && !inner.isLinkLocalAddress()
        && !inner.isMulticastAddress()
        && !METADATA.contains(inner.getHostAddress())
        && !isZeroNetwork(inner)
        && !isOfThisHost(inner);
  }

  /** {@code 0.x.y.z} is this host to some kernels. */
  private static boolean isZeroNetwork(InetAddress address) {
    return address instanceof Inet4Address && address.getAddress()[0] == 0;
  }

  private static boolean isOfThisHost(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException _) {
      return true;
    }
  }

  /** The IPv4 address to which a translator or a tunnel takes this one, or the address itself. */
  private static InetAddress carried(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    int second = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    boolean translated = first == 0x64 && second == 0xff9b;
    boolean compatible = isZero(bytes, 0, 12) && !isZero(bytes, 12, 15);
    if (translated || compatible) {
      return ipv4(bytes, 12);
    }
    return first == 0x2002 ? ipv4(bytes, 2) : address;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
