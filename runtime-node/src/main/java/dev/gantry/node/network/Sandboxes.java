package dev.gantry.node.network;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.PortBinding;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.Links;
import dev.gantry.node.kernel.NetNamespaces;
import dev.gantry.node.kernel.RootedPaths;
import dev.gantry.services.Lease;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes and removes what a container has of the network: namespace, link, address, published ports.
 * All of it can be taken down again without having been put up, and is put back where somebody
 * removed it.
 */
public final class Sandboxes implements AutoCloseable {
  private static final byte[] BRIDGE_MAC_PREFIX = {0x02, 0x47};

  private final Path namespaces;
  private final Leases leases;
  private final PacketFilter filter;
  private final HostPorts ports;
  private final RandomGenerator random;
  private final String mark;
  private final Map<String, PacketFilter.Bridge> bridges = new ConcurrentHashMap<>();
  private final Map<ContainerId, List<PacketFilter.Publication>> published =
      new ConcurrentHashMap<>();

  /**
   * @param namespaces folder for the files that keep network namespaces
   * @param protectedHosts addresses of the platform's own processes, which no container may reach
   */
  public Sandboxes(
      NodeId node,
      Path namespaces,
      Leases leases,
      List<String> protectedHosts,
      RandomGenerator random)
      throws IOException {
    this.namespaces = namespaces;
    this.leases = leases;
    this.random = random;
    this.mark = node.value().substring(0, 4);
    this.ports = new HostPorts(random);
    this.filter = new PacketFilter("gantry_" + node, protectedHosts);
    Files.createDirectories(namespaces);
    Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
  }

  /**
   * Takes over, at start, what containers that still run have, and puts the rules in place.
   *
   * @param running by container
   */
  public void adopt(Map<ContainerId, Sandbox> running) throws IOException {
    running.forEach(
        (id, sandbox) -> {
          Sandbox.Endpoint endpoint = sandbox.endpoint();
          if (endpoint != null) {
            leases.adopt(endpoint.address().networkId(), endpoint.address().address());
            List<PacketFilter.Publication> all = publications(sandbox, endpoint);
            ports.adopt(all);
            published.put(id, all);
          }
        });
    for (Lease lease : leases.networks()) {
      makeBridge(lease.networkId(), lease.subnet(), lease.gateway());
    }
    repairRules();
  }

  /**
   * Puts the rules back where they are not as they have to be; answers whether anything was mended.
   */
  public boolean repairRules() throws IOException {
    List<PacketFilter.Publication> all = published.values().stream().flatMap(List::stream).toList();
    if (filter.matches(all)) {
      return false;
    }
    filter.install(bridges.values(), all);
    return true;
  }

  /** Makes a container's sandbox. Where it fails, nothing of it is left. */
  public Sandbox create(SandboxRequest request) throws IOException {
    if (request.mode().equals("host")) {
      return new Sandbox(null, null, Map.of());
    }
    Path namespace = namespaces.resolve(request.id().value());
    if (request.mode().equals("none")) {
      NetNamespaces.create(namespace, Sandboxes::loopbackUp);
      return new Sandbox(namespace, null, Map.of());
    }
    String network = isDefault(request.mode()) ? null : request.mode();
    LeasedAddress address = leases.take(request.team(), network);
    List<PacketFilter.Publication> publications = List.of();
    try {
      String mac = request.mac() == null ? mac(address.address()) : request.mac();
      PacketFilter.Bridge bridge = bridge(address);
      NetNamespaces.create(namespace, () -> null);
      connect(namespace, request.id(), bridge, address, mac);
      publications = ports.take(request, address.address());
      filter.add(publications);
      published.put(request.id(), publications);
      Sandbox.Endpoint endpoint = new Sandbox.Endpoint(endpointId(), address, mac);
      return new Sandbox(namespace, endpoint, shown(request, publications));
    } catch (IOException | RuntimeException e) {
      ports.giveBack(publications);
      published.remove(request.id());
      leases.giveBack(address.networkId(), address.address());
      NetNamespaces.remove(namespace);
      throw e;
    }
  }

  /** Takes a container's sandbox down; what is not there is well. */
  public void release(ContainerId id, Sandbox.@Nullable Endpoint endpoint) throws IOException {
    List<PacketFilter.Publication> publications = published.remove(id);
    if (publications != null) {
      filter.remove(publications);
      ports.giveBack(publications);
    }
    NetNamespaces.remove(namespaces.resolve(id.value()));
    if (endpoint != null) {
      leases.giveBack(endpoint.address().networkId(), endpoint.address().address());
    }
  }

  public static boolean isDefault(String mode) {
    return mode.isEmpty() || mode.equals("default") || mode.equals("bridge");
  }

  private static @Nullable Object loopbackUp() throws IOException {
    try (Links links = Links.open()) {
      links.up(Links.index("lo"));
    }
    return null;
  }

  private void connect(
      Path namespace, ContainerId id, PacketFilter.Bridge bridge, LeasedAddress address, String mac)
      throws IOException {
    String link = linkName(id);
    try (Links links = Links.open();
        RootedPaths folder = RootedPaths.in(namespaces);
        Fd held = folder.openForReading(id.value())) {
      links.remove(link);
      links.veth(
          link, Links.index(bridge.link()), "eth0", HexFormat.ofDelimiter(":").parseHex(mac), held);
    }
    Inet4Address own = Links.ipv4(address.address());
    Inet4Address gateway = Links.ipv4(address.gateway());
    NetNamespaces.enter(
        namespace,
        () -> {
          try (Links links = Links.open()) {
            links.up(Links.index("lo"));
            int eth0 = Links.index("eth0");
            links.address(eth0, own, address.prefixLength());
            links.up(eth0);
            links.defaultRoute(eth0, gateway);
          }
          return null;
        });
  }

  private PacketFilter.Bridge bridge(LeasedAddress address) throws IOException {
    PacketFilter.Bridge known = bridges.get(address.networkId());
    if (known != null && Links.index(known.link()) != 0) {
      return known;
    }
    synchronized (bridges) {
      return makeBridge(
          address.networkId(), address.gateway() + "/" + address.prefixLength(), address.gateway());
    }
  }

  private PacketFilter.Bridge makeBridge(String networkId, String subnet, String gateway)
      throws IOException {
    Ipv4Block block = Ipv4Block.parse(subnet);
    String hash = Digest.ofBytes(networkId.getBytes(StandardCharsets.UTF_8)).hex();
    String link = "gtr" + mark + hash.substring(0, 8);
    byte[] mac = new byte[6];
    System.arraycopy(BRIDGE_MAC_PREFIX, 0, mac, 0, 2);
    System.arraycopy(HexFormat.of().parseHex(hash.substring(0, 8)), 0, mac, 2, 4);
    try (Links links = Links.open()) {
      links.bridge(link, mac);
      int index = Links.index(link);
      links.address(index, Links.ipv4(gateway), block.prefixLength());
      links.up(index);
    }
    Files.writeString(Path.of("/proc/sys/net/ipv4/conf/" + link + "/route_localnet"), "1");
    var bridge =
        new PacketFilter.Bridge(link, Ipv4Block.text(block.base()) + "/" + block.prefixLength());
    if (bridges.put(networkId, bridge) == null) {
      try {
        filter.add(bridge);
      } catch (IOException _) {
        // The table is not there yet, or somebody took it away: it is made whole.
        List<PacketFilter.Publication> all =
            published.values().stream().flatMap(List::stream).toList();
        filter.install(bridges.values(), all);
      }
    }
    return bridge;
  }

  private String linkName(ContainerId id) {
    return "gtv" + mark + id.value().substring(0, 8);
  }

  private static String mac(String address) {
    int number = Ipv4Block.number(address);
    return "02:42:%02x:%02x:%02x:%02x"
        .formatted(number >>> 24, number >>> 16 & 0xff, number >>> 8 & 0xff, number & 0xff);
  }

  private String endpointId() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Ports as inspect tells them: published ones with where, exposed ones with null. */
  private static Map<String, @Nullable List<PortBinding>> shown(
      SandboxRequest request, List<PacketFilter.Publication> publications) {
    Map<String, @Nullable List<PortBinding>> shown = new TreeMap<>();
    request.exposed().forEach(port -> shown.put(port, null));
    for (PacketFilter.Publication one : publications) {
      String port = one.port() + "/" + one.protocol();
      List<PortBinding> before = shown.get(port);
      List<PortBinding> all = new ArrayList<>(before == null ? List.of() : before);
      all.add(new PortBinding(one.hostAddress(), Integer.toString(one.hostPort())));
      shown.put(port, all);
    }
    return shown;
  }

  private static List<PacketFilter.Publication> publications(
      Sandbox sandbox, Sandbox.Endpoint endpoint) {
    List<PacketFilter.Publication> all = new ArrayList<>();
    sandbox
        .ports()
        .forEach(
            (port, bindings) -> {
              String[] parts = port.split("/");
              for (PortBinding binding : bindings == null ? List.<PortBinding>of() : bindings) {
                all.add(
                    new PacketFilter.Publication(
                        parts[1],
                        String.valueOf(binding.hostIp()),
                        Integer.parseInt(String.valueOf(binding.hostPort())),
                        endpoint.address().address(),
                        Integer.parseInt(parts[0])));
              }
            });
    return all;
  }

  /** Containers that have a namespace file, as the file system has it. */
  public List<String> namespaceIds() throws IOException {
    try (Stream<Path> files = Files.list(namespaces)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Links of this node on the host, as the kernel has them, and whose they are meant to be. */
  public List<String> strayLinks(Set<ContainerId> running) throws IOException {
    List<String> expected = new ArrayList<>(running.stream().map(this::linkName).toList());
    bridges.values().forEach(bridge -> expected.add(bridge.link()));
    return Links.names().stream()
        .filter(name -> name.startsWith("gtv" + mark) || name.startsWith("gtr" + mark))
        .filter(name -> !expected.contains(name))
        .toList();
  }

  /** Removes a link that belongs to nobody. */
  public void removeLink(String name) throws IOException {
    try (Links links = Links.open()) {
      links.remove(name);
    }
  }

  /** Addresses that are given out, by network. */
  public Map<String, List<String>> givenAddresses() {
    return new HashMap<>(leases.given());
  }

  /** Whether the rules are as they have to be. */
  public boolean rulesMatch() {
    return filter.matches(published.values().stream().flatMap(List::stream).toList());
  }

  /** Frees the library; rules and links stay, since containers use them. */
  @Override
  public void close() {
    filter.close();
  }
}
