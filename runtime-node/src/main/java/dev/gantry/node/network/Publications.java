package dev.gantry.node.network;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.PortBinding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The published ports of this node's containers: taken of the host, and led to an endpoint. */
final class Publications {
  private final HostPorts ports;
  private final PacketFilter filter;
  private final Map<ContainerId, List<Publication>> published = new ConcurrentHashMap<>();

  Publications(PacketFilter filter, RandomGenerator random) {
    this.ports = new HostPorts(random);
    this.filter = filter;
  }

  /** Everything that is led to an endpoint now. */
  List<Publication> all() {
    return published.values().stream().flatMap(List::stream).filter(Publication::leads).toList();
  }

  /**
   * Publishes what a container wants, all or none.
   *
   * @param outward where the ports lead to; without it they are taken and lead nowhere
   * @param hostAddress for ports whose address is left open
   * @return ports as inspect tells them: published ones with where, exposed ones with null
   */
  Map<String, @Nullable List<PortBinding>> publish(
      ContainerId id,
      SandboxRequest.Publishing wanted,
      Optional<Sandbox.Endpoint> outward,
      String hostAddress)
      throws IOException {
    String address = outward.map(one -> one.address().address()).orElse("");
    List<Publication> taken = ports.take(wanted, address, hostAddress);
    published.put(id, taken);
    filter.add(taken.stream().filter(Publication::leads).toList());
    return shown(wanted.exposed(), taken);
  }

  /** Takes over what a container that still runs has from before a restart of the node. */
  void adopt(ContainerId id, Sandbox sandbox) {
    String address = sandbox.outward().map(one -> one.address().address()).orElse("");
    List<Publication> all = publications(sandbox.ports(), address);
    ports.adopt(all);
    published.put(id, all);
  }

  /** The ports of a container lead to another endpoint from now on, or nowhere. */
  void lead(ContainerId id, Optional<Sandbox.Endpoint> outward) throws IOException {
    String address = outward.map(one -> one.address().address()).orElse("");
    List<Publication> before = published.getOrDefault(id, List.of());
    List<Publication> after = before.stream().map(one -> one.to(address)).toList();
    if (!after.equals(before)) {
      published.put(id, after);
      filter.remove(before.stream().filter(Publication::leads).toList());
      filter.add(after.stream().filter(Publication::leads).toList());
    }
  }

  /** Ends what a container publishes; nothing is well. */
  void withdraw(ContainerId id) {
    List<Publication> before = published.remove(id);
    if (before != null) {
      filter.remove(before.stream().filter(Publication::leads).toList());
      ports.giveBack(before);
    }
  }

  private static Map<String, @Nullable List<PortBinding>> shown(
      List<String> exposed, List<Publication> publications) {
    Map<String, @Nullable List<PortBinding>> shown = new TreeMap<>();
    exposed.forEach(port -> shown.put(port, null));
    for (Publication one : publications) {
      String port = one.port() + "/" + one.protocol();
      List<PortBinding> before = shown.get(port);
      List<PortBinding> all = new ArrayList<>(before == null ? List.of() : before);
      all.add(new PortBinding(one.hostAddress(), Integer.toString(one.hostPort())));
      shown.put(port, all);
    }
    return shown;
  }

  private static List<Publication> publications(
      Map<String, @Nullable List<PortBinding>> shown, String address) {
    List<Publication> all = new ArrayList<>();
    shown.forEach(
        (port, bindings) -> {
          String[] parts = port.split("/");
          for (PortBinding binding : bindings == null ? List.<PortBinding>of() : bindings) {
            all.add(
                new Publication(
                    parts[1],
                    String.valueOf(binding.hostIp()),
                    Integer.parseInt(String.valueOf(binding.hostPort())),
                    address,
                    Integer.parseInt(parts[0])));
          }
        });
    return all;
  }
}
