package dev.gantry.node.network;

import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The blocks that this node holds of each team's networks, and the addresses given out of them. The
 * blocks are on disk; which addresses are given follows from the records of containers, which
 * {@link #adopt} them at start. The next block is asked for when four fifths are given.
 */
public final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One lease, or a request whose answer has not come yet; then {@code lease} is null. */
  record Held(String requestId, TeamId team, @Nullable String network, @Nullable Lease lease) {}

  private record Stored(List<Held> leases) {}

  private final Path file;
  private final NodeId node;
  private final LeaseSource source;
  private final Supplier<List<String>> hostPrefixes;
  private final List<Held> held = new ArrayList<>();
  private final Map<String, Set<Integer>> given = new HashMap<>();
  private final Map<String, Integer> last = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock asking = new ReentrantLock();

  /**
   * @param hostPrefixes what this host has routes to
   */
  public Leases(Path file, NodeId node, LeaseSource source, Supplier<List<String>> hostPrefixes)
      throws IOException {
    this.file = file;
    this.node = node;
    this.source = source;
    this.hostPrefixes = hostPrefixes;
    if (Files.exists(file)) {
      held.addAll(JSON.readValue(Files.readAllBytes(file), Stored.class).leases());
    }
  }

  /**
   * Gives out an address.
   *
   * @param network id or name; null for the team's bridge
   * @throws ServiceException where no block is left and network-service has none to give
   */
  public LeasedAddress take(TeamId team, @Nullable String network) throws IOException {
    LeasedAddress address = takeHeld(team, network);
    if (address == null) {
      ask(team, network);
      address = takeHeld(team, network);
    }
    if (address == null) {
      throw new ServiceException(
          ErrorCode.UNAVAILABLE,
          "no available IPv4 addresses on this network's address pools: "
              + (network == null ? "bridge" : network));
    }
    askAheadOfNeed(team, network);
    return address;
  }

  /** Makes sure that there is a block before it is needed. */
  public void prepare(TeamId team) throws IOException {
    lock.lock();
    try {
      if (blocks(team, null).stream().anyMatch(one -> one.lease() != null)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    ask(team, null);
  }

  /** Takes an address back; one that was not given is well. */
  public void giveBack(String networkId, String address) {
    lock.lock();
    try {
      given.getOrDefault(networkId, Set.of()).remove(Ipv4Block.number(address));
    } finally {
      lock.unlock();
    }
  }

  /** A container that runs has this address. */
  public void adopt(String networkId, String address) {
    lock.lock();
    try {
      given.computeIfAbsent(networkId, _ -> new HashSet<>()).add(Ipv4Block.number(address));
    } finally {
      lock.unlock();
    }
  }

  /** Addresses that are given out, by network. */
  public Map<String, List<String>> given() {
    lock.lock();
    try {
      Map<String, List<String>> all = new HashMap<>();
      given.forEach(
          (network, addresses) ->
              all.put(network, addresses.stream().sorted().map(Ipv4Block::text).toList()));
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Every network of which a block is held. */
  public List<Lease> networks() {
    lock.lock();
    try {
      Map<String, Lease> byId = new HashMap<>();
      held.stream()
          .map(Held::lease)
          .filter(lease -> lease != null)
          .forEach(lease -> byId.put(lease.networkId(), lease));
      return List.copyOf(byId.values());
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LeasedAddress takeHeld(TeamId team, @Nullable String network) {
    lock.lock();
    try {
      for (Held one : blocks(team, network)) {
        LeasedAddress address = one.lease() == null ? null : takeFrom(one.lease());
        if (address != null) {
          return address;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next free address after the last one given, so that a freed one rests before it is given
   * again.
   */
  private @Nullable LeasedAddress takeFrom(Lease lease) {
    Ipv4Block block = Ipv4Block.parse(lease.block());
    Ipv4Block subnet = Ipv4Block.parse(lease.subnet());
    int gateway = Ipv4Block.number(lease.gateway());
    Set<Integer> used = given.computeIfAbsent(lease.networkId(), _ -> new HashSet<>());
    List<Integer> reserved = lease.reserved().stream().map(Ipv4Block::number).toList();
    int start = last.getOrDefault(lease.block(), 0);
    for (int i = 1; i <= block.size(); i++) {
      int offset = (start + i) % block.size();
      int candidate = block.base() + offset;
      if (candidate != gateway
          && !subnet.isEdge(candidate)
          && !reserved.contains(candidate)
          && used.add(candidate)) {
        last.put(lease.block(), offset);
        return new LeasedAddress(
            lease.networkId(),
            lease.networkName(),
            Ipv4Block.text(candidate),
            subnet.prefixLength(),
            lease.gateway());
      }
    }
    return null;
  }

  private List<Held> blocks(TeamId team, @Nullable String network) {
    return held.stream()
        .filter(one -> one.team().equals(team) && sameNetwork(one, network))
        .toList();
  }

  private static boolean sameNetwork(Held one, @Nullable String network) {
    if (network == null) {
      return one.network() == null;
    }
    Lease lease = one.lease();
    return network.equals(one.network())
        || (lease != null
            && (network.equals(lease.networkId()) || network.equals(lease.networkName())));
  }

  private void askAheadOfNeed(TeamId team, @Nullable String network) {
    boolean low;
    lock.lock();
    try {
      long size = 0;
      long used = 0;
      for (Held one : blocks(team, network)) {
        Lease lease = one.lease();
        if (lease != null) {
          size += Ipv4Block.parse(lease.block()).size();
          used = given.getOrDefault(lease.networkId(), Set.of()).size();
        }
      }
      low = used * 5 > size * 4;
    } finally {
      lock.unlock();
    }
    if (low && !asking.isLocked()) {
      Thread.ofVirtual()
          .name("lease-ahead")
          .start(
              () -> {
                try {
                  ask(team, network);
                } catch (IOException | RuntimeException e) {
                  log.warn("cannot lease a block of addresses ahead of need: {}", e.getMessage());
                }
              });
    }
  }

  /**
   * Asks for a block; the request is on disk first, so that an answer that is lost is asked for
   * again.
   */
  private void ask(TeamId team, @Nullable String network) throws IOException {
    int before = countBlocks(team, network);
    asking.lock();
    try {
      if (countBlocks(team, network) > before) {
        return;
      }
      Held request = pending(team, network);
      Lease lease =
          source.lease(
              new LeaseRequest(request.requestId(), node, team, network, null, hostPrefixes.get()));
      replace(request, new Held(request.requestId(), team, network, lease));
    } finally {
      asking.unlock();
    }
  }

  private int countBlocks(TeamId team, @Nullable String network) {
    lock.lock();
    try {
      return (int) blocks(team, network).stream().filter(one -> one.lease() != null).count();
    } finally {
      lock.unlock();
    }
  }

  private Held pending(TeamId team, @Nullable String network) throws IOException {
    lock.lock();
    try {
      for (Held one : blocks(team, network)) {
        if (one.lease() == null) {
          return one;
        }
      }
      Held request = new Held(UUID.randomUUID().toString(), team, network, null);
      held.add(request);
      store();
      return request;
    } finally {
      lock.unlock();
    }
  }

  private void replace(Held request, Held answer) throws IOException {
    lock.lock();
    try {
      held.remove(request);
      held.add(answer);
      store();
    } finally {
      lock.unlock();
    }
  }

  private void store() throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(JSON.writeValueAsBytes(new Stored(held))));
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
