package dev.gantry.node.network;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.PortBinding;
import dev.gantry.node.dns.Resolvers;
import dev.gantry.node.dns.Scope;
import dev.gantry.node.kernel.Links;
import dev.gantry.node.kernel.NetNamespaces;
import dev.gantry.services.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and removes what a container has of the network: namespace, links, addresses, names,
 * published ports. All of it can be taken down again without having been put up, and is put back
 * where somebody removed it.
 */
public final class Sandboxes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);

  private final Path namespaces;
  private final Leases leases;
  private final Resolvers resolvers;
  private final RandomGenerator random;
  private final PacketFilter filter;
  private final Publications publications;
  private final Bridges bridges;
  private final EndpointLinks links;
  private final SourceGuard guard;

  /**
   * @param namespaces folder for the files that keep network namespaces
   * @param protectedHosts addresses of the platform's own processes, which no container may reach
   */
  public Sandboxes(
      NodeId node,
      Path namespaces,
      Leases leases,
      Resolvers resolvers,
      List<String> protectedHosts,
      RandomGenerator random)
      throws IOException {
    this.namespaces = namespaces;
    this.leases = leases;
    this.resolvers = resolvers;
    this.random = random;
    String mark = node.value().substring(0, 4);
    this.filter = new PacketFilter("gantry_" + node, protectedHosts);
    this.publications = new Publications(filter, random);
    this.bridges = new Bridges(mark);
    this.links = new EndpointLinks(namespaces, mark);
    this.guard = new SourceGuard("gantry_" + node, links);
    Files.createDirectories(namespaces);
    Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
  }

  /** A sandbox from before a restart of the node, and what was asked for. */
  public record Running(SandboxRequest request, Sandbox sandbox) {}

  /** Takes over, at start, what containers that still run have, and puts the rules in place. */
  public void adopt(Collection<Running> running) throws IOException {
    for (Running one : running) {
      ContainerId id = one.request().id();
      one.sandbox()
          .endpoints()
          .values()
          .forEach(
              endpoint ->
                  leases.adopt(endpoint.address().networkId(), endpoint.address().address()));
      publications.adopt(id, one.sandbox());
      guard.adopt(id, one.sandbox().endpoints().values());
      name(one.request(), one.sandbox().endpoints());
    }
    for (Lease lease : leases.networks()) {
      // The rules follow, all at once.
      Bridge unused = bridges.of(lease, _ -> {});
    }
    boolean unused = repairRules();
    removeStrayLinks(running);
    for (Running one : running) {
      try {
        answer(one.request(), one.sandbox().endpoints());
      } catch (IOException e) {
        // After a start of the host there is no namespace any more: its end is found next.
        log.warn("container {} has no name server: {}", one.request().id(), e.getMessage());
      }
    }
  }

  /**
   * Puts the rules back where they are not as they have to be; answers whether anything was mended.
   */
  public boolean repairRules() throws IOException {
    boolean mended = filter.repair(bridges::all, publications::all);
    return guard.repair() || mended;
  }

  /** A sandbox on the host's network: nothing of its own. */
  public static Sandbox ofHost() {
    return new Sandbox(null, Map.of(), Map.of());
  }

  /** Makes a container's sandbox. Where it fails, nothing of it is left. */
  public Sandbox create(SandboxRequest request) throws IOException {
    ContainerId id = request.id();
    Path namespace = namespaces.resolve(id.value());
    Map<String, Sandbox.Endpoint> endpoints = new LinkedHashMap<>();
    try {
      for (EndpointRequest wanted : request.endpoints()) {
        endpoints.put(wanted.network(), take(request, wanted));
      }
      NetNamespaces.create(namespace, Sandboxes::loopbackUp);
      Optional<Sandbox.Endpoint> outward = Sandbox.outward(endpoints);
      int number = 0;
      for (Sandbox.Endpoint endpoint : endpoints.values()) {
        boolean out = outward.isPresent() && outward.get() == endpoint;
        links.join(id, bridge(endpoint), endpoint, number++, out);
        guard.admit(id, endpoint);
      }
      Map<String, @Nullable List<PortBinding>> ports =
          endpoints.isEmpty()
              ? Map.of()
              : publications.publish(id, request.publishing(), outward, hostAddress(outward));
      name(request, endpoints);
      answer(request, endpoints);
      return new Sandbox(namespace, endpoints, ports);
    } catch (IOException | RuntimeException e) {
      release(id, endpoints);
      throw e;
    }
  }

  private Sandbox.Endpoint take(SandboxRequest request, EndpointRequest wanted) throws IOException {
    LeasedAddress address = leases.take(request.team(), wanted.networkId(), wanted.address());
    String mac = wanted.mac() == null ? mac(address.address()) : wanted.mac();
    return new Sandbox.Endpoint(endpointId(), address, mac, wanted.gatewayPriority());
  }

  private Bridge bridge(Sandbox.Endpoint endpoint) throws IOException {
    String networkId = endpoint.address().networkId();
    Lease network =
        leases
            .network(networkId)
            .orElseThrow(() -> new IOException("network " + networkId + " is not held any more"));
    return bridges.of(network, this::addRules);
  }

  private void addRules(Bridge bridge) throws IOException {
    try {
      filter.add(bridge);
    } catch (IOException _) {
      // The table is not there yet, or somebody took it away: it is made whole.
      boolean unused = filter.repair(bridges::all, publications::all);
    }
  }

  private String hostAddress(Optional<Sandbox.Endpoint> outward) throws IOException {
    return outward.isPresent() ? bridge(outward.get()).hostAddress() : "0.0.0.0";
  }

  /**
   * Joins one more network.
   *
   * @param request what the container wants now, with the network that it joins
   * @param sandbox what it has
   * @return what it has now
   */
  public Sandbox join(SandboxRequest request, Sandbox sandbox, EndpointRequest wanted)
      throws IOException {
    ContainerId id = request.id();
    Sandbox.Endpoint endpoint = take(request, wanted);
    Map<String, Sandbox.Endpoint> endpoints = new LinkedHashMap<>(sandbox.endpoints());
    endpoints.put(wanted.network(), endpoint);
    try {
      links.join(id, bridge(endpoint), endpoint, links.free(id), false);
      guard.admit(id, endpoint);
      return settled(request, sandbox, endpoints);
    } catch (IOException | RuntimeException e) {
      leave(id, endpoint);
      throw e;
    }
  }

  /**
   * Leaves a network; having left it already is well.
   *
   * @param request what the container wants now, without the network
   * @param sandbox what it has
   * @return what it has now
   */
  public Sandbox leave(SandboxRequest request, Sandbox sandbox, String network) throws IOException {
    Map<String, Sandbox.Endpoint> endpoints = new LinkedHashMap<>(sandbox.endpoints());
    Sandbox.Endpoint gone = endpoints.remove(network);
    if (gone != null) {
      leave(request.id(), gone);
    }
    return settled(request, sandbox, endpoints);
  }

  /** The way out, the ports and the names are those of these endpoints from now on. */
  private Sandbox settled(
      SandboxRequest request, Sandbox before, Map<String, Sandbox.Endpoint> endpoints)
      throws IOException {
    Optional<Sandbox.Endpoint> outward = Sandbox.outward(endpoints);
    links.route(request.id(), outward);
    publications.lead(request.id(), outward);
    name(request, endpoints);
    answer(request, endpoints);
    return new Sandbox(before.namespace(), endpoints, before.ports());
  }

  private void leave(ContainerId id, Sandbox.Endpoint endpoint) throws IOException {
    LeasedAddress address = endpoint.address();
    resolvers.forget(address.networkId(), id);
    links.leave(id, address);
    guard.dismiss(id, List.of(endpoint));
    leases.giveBack(address.networkId(), address.address());
  }

  /** Takes a container's sandbox down; what is not there is well. */
  public void release(ContainerId id, Map<String, Sandbox.Endpoint> endpoints) throws IOException {
    publications.withdraw(id);
    resolvers.end(id);
    // The links go with their namespace, which is quicker than to remove each.
    NetNamespaces.remove(namespaces.resolve(id.value()));
    guard.dismiss(id, endpoints.values());
    for (Sandbox.Endpoint endpoint : endpoints.values()) {
      LeasedAddress address = endpoint.address();
      resolvers.forget(address.networkId(), id);
      leases.giveBack(address.networkId(), address.address());
    }
  }

  /** Others find the container by the names that it wants on its networks. */
  public void name(SandboxRequest request, Map<String, Sandbox.Endpoint> endpoints) {
    for (EndpointRequest wanted : request.endpoints()) {
      Sandbox.Endpoint endpoint = endpoints.get(wanted.network());
      if (endpoint != null && wanted.networkId() != null) {
        LeasedAddress address = endpoint.address();
        resolvers.name(
            address.networkId(),
            address.networkName(),
            request.id(),
            wanted.names(),
            address.address());
      }
    }
  }

  /** The container's own questions are answered, once it is on a network that has names. */
  private void answer(SandboxRequest request, Map<String, Sandbox.Endpoint> endpoints)
      throws IOException {
    List<EndpointRequest> named =
        request.endpoints().stream().filter(one -> one.networkId() != null).toList();
    if (named.isEmpty() && !resolvers.serves(request.id())) {
      return;
    }
    Map<String, String> aliases = new HashMap<>();
    named.forEach(one -> aliases.putAll(one.links()));
    Scope scope =
        new Scope(
            named.stream().map(EndpointRequest::networkId).map(String::valueOf).toList(),
            aliases,
            request.servers(),
            Sandbox.outward(endpoints).isPresent());
    resolvers.serve(request.id(), namespaces.resolve(request.id().value()), scope);
  }

  /**
   * Takes away what this node has of a removed network, unless a container is still on it.
   *
   * @return whether nothing of it is left
   */
  public boolean forget(String networkId) throws IOException {
    if (!leases.forget(networkId)) {
      return false;
    }
    Bridge bridge = bridges.remove(networkId);
    if (bridge != null) {
      filter.remove(bridge);
    }
    return true;
  }

  /** Compares the leases with network-service's, and forgets what was removed. */
  public void settleLeases() throws IOException {
    for (String networkId : leases.settle()) {
      boolean unused = forget(networkId);
    }
  }

  private static @Nullable Object loopbackUp() throws IOException {
    try (Links links = Links.open()) {
      links.up(Links.index("lo"));
    }
    return null;
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

  /** Containers that have a namespace file, as the file system has it. */
  public List<String> namespaceIds() throws IOException {
    try (Stream<Path> files = Files.list(namespaces)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Links of this node on the host, as the kernel has them, that belong to nobody. */
  public List<String> strayLinks(Collection<Running> running) throws IOException {
    Set<String> expected = new HashSet<>();
    for (Running one : running) {
      for (Sandbox.Endpoint endpoint : one.sandbox().endpoints().values()) {
        expected.add(links.name(one.request().id(), endpoint.address()));
      }
    }
    bridges.all().forEach(bridge -> expected.add(bridge.link()));
    return Links.names().stream()
        .filter(name -> name.startsWith(links.prefix()) || name.startsWith(bridges.prefix()))
        .filter(name -> !expected.contains(name))
        .toList();
  }

  /** Links of a join or a leave that the end of the last process interrupted. */
  private void removeStrayLinks(Collection<Running> running) throws IOException {
    try (Links host = Links.open()) {
      for (String name : strayLinks(running)) {
        boolean unused = host.remove(name);
      }
    }
  }

  /** Addresses that are given out, by network. */
  public Map<String, List<String>> givenAddresses() {
    return leases.given();
  }

  /** Whether the rules are as they have to be. */
  public boolean rulesMatch() {
    return filter.matches(bridges.all(), publications.all()) && guard.matches();
  }

  /** Frees the library; rules and links stay, since containers use them. */
  @Override
  public void close() {
    filter.close();
    guard.close();
  }
}
