package dev.gantry.node.network;

import dev.gantry.engine.PortBinding;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which ports of this host are published; a port is given to one container at a time, and to none
 * that the host uses.
 */
final class HostPorts {
  private static final int FIRST_RANDOM = 32768;
  private static final int LAST_RANDOM = 60999;
  private static final int TRIES = 2000;

  private record Port(String protocol, int number) {}

  private final Map<Port, List<String>> taken = new HashMap<>();
  private final RandomGenerator random;

  HostPorts(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Takes the ports that a container publishes, all or none.
   *
   * @param address of the container
   * @param hostAddress for those whose address is left open
   */
  synchronized List<Publication> take(
      SandboxRequest.Publishing request, String address, String hostAddress) {
    List<Publication> all = new ArrayList<>();
    try {
      for (var entry : request.bindings().entrySet()) {
        List<PortBinding> bindings = entry.getValue();
        if (bindings != null) {
          for (PortBinding binding : bindings) {
            all.add(takeOne(request, entry.getKey(), binding, address, hostAddress));
          }
        }
      }
      if (request.all()) {
        for (String exposed : request.exposed()) {
          if (request.bindings().get(exposed) == null) {
            all.add(takeOne(request, exposed, new PortBinding("", ""), address, hostAddress));
          }
        }
      }
      return all;
    } catch (RuntimeException e) {
      giveBack(all);
      throw e;
    }
  }

  /** Ports that a container has from before a restart of the node. */
  synchronized void adopt(List<Publication> publications) {
    publications.forEach(this::note);
  }

  synchronized void giveBack(List<Publication> publications) {
    for (Publication one : publications) {
      Port port = new Port(one.protocol(), one.hostPort());
      List<String> addresses = taken.get(port);
      if (addresses != null) {
        addresses.remove(one.hostAddress());
        if (addresses.isEmpty()) {
          taken.remove(port);
        }
      }
    }
  }

  private Publication takeOne(
      SandboxRequest.Publishing request,
      String containerPort,
      PortBinding binding,
      String address,
      String hostAddress) {
    String[] parts = containerPort.split("/");
    int port = Integer.parseInt(parts[0]);
    String protocol = parts.length > 1 ? parts[1] : "tcp";
    String host =
        binding.hostIp() == null || binding.hostIp().isEmpty() ? hostAddress : binding.hostIp();
    int[] range = range(binding.hostPort());
    int hostPort =
        range[0] == 0
            ? free(protocol, host, FIRST_RANDOM, LAST_RANDOM, true)
            : free(protocol, host, range[0], range[1], false);
    if (hostPort == 0) {
      throw new ServiceException(
          ErrorCode.INTERNAL,
          "driver failed programming external connectivity on endpoint %s: Bind for %s:%s failed: port is already allocated"
              .formatted(request.container(), host, binding.hostPort()));
    }
    var publication = new Publication(protocol, host, hostPort, address, port);
    note(publication);
    return publication;
  }

  private void note(Publication publication) {
    taken
        .computeIfAbsent(
            new Port(publication.protocol(), publication.hostPort()), _ -> new ArrayList<>())
        .add(publication.hostAddress());
  }

  private static int[] range(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new int[] {0, 0};
    }
    String[] ends = text.split("-");
    int first = Integer.parseInt(ends[0]);
    return new int[] {first, ends.length > 1 ? Integer.parseInt(ends[1]) : first};
  }

  private int free(String protocol, String host, int first, int last, boolean anywhere) {
    int size = last - first + 1;
    int start = anywhere ? random.nextInt(size) : 0;
    for (int i = 0; i < Math.min(size, TRIES); i++) {
      int candidate = first + (start + i) % size;
      if (isFree(protocol, host, candidate)) {
        return candidate;
      }
    }
    return 0;
  }

  private boolean isFree(String protocol, String host, int port) {
    List<String> addresses = taken.getOrDefault(new Port(protocol, port), List.of());
    boolean clash =
        addresses.contains(host)
            || addresses.contains("0.0.0.0")
            || (host.equals("0.0.0.0") && !addresses.isEmpty());
    return !clash && !isUsedByHost(protocol, host, port);
  }

  private static boolean isUsedByHost(String protocol, String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    try {
      switch (protocol) {
        case "tcp" -> {
          try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
          }
        }
        case "udp" -> {
          try (DatagramSocket _ = new DatagramSocket(address)) {
            // That it could be bound is all that is asked.
          }
        }
        default -> {}
      }
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
