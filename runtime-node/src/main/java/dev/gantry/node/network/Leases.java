package dev.gantry.node.network;

import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks that this node holds of each team's networks, and the addresses given out of them. The
 * blocks are on disk; which addresses are given follows from the records of containers, which
 * {@link #adopt} them at start. The next block is asked for when four fifths are given.
 */
public final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private final HeldLeases held;
  private final GivenAddresses given = new GivenAddresses();
  private final NodeId node;
  private final LeaseSource source;
  private final Supplier<List<String>> hostPrefixes;

  /** Held by who talks to network-service. */
  private final ReentrantLock asking = new ReentrantLock();

  /**
   * @param hostPrefixes what this host has routes to
   */
  public Leases(Path file, NodeId node, LeaseSource source, Supplier<List<String>> hostPrefixes)
      throws IOException {
    this.held = new HeldLeases(file);
    this.node = node;
    this.source = source;
    this.hostPrefixes = hostPrefixes;
  }

  /**
   * Gives out an address.
   *
   * @param network id; null for the team's bridge
   * @param wanted an address of the client's choice; null for whatever is free
   * @throws ServiceException where no block is left and network-service has none to give, or where
   *     the address is taken
   */
  public LeasedAddress take(TeamId team, @Nullable String network, @Nullable String wanted)
      throws IOException {
    if (wanted != null) {
      return takeWanted(team, network, wanted);
    }
    Optional<LeasedAddress> address = takeHeld(team, network);
    if (address.isEmpty()) {
      ask(team, network);
      address = takeHeld(team, network);
    }
    askAheadOfNeed(team, network);
    return address.orElseThrow(
        () ->
            new ServiceException(
                ErrorCode.UNAVAILABLE,
                "no available IPv4 addresses on this network's address pools: "
                    + (network == null ? "bridge" : network)));
  }

  private Optional<LeasedAddress> takeHeld(TeamId team, @Nullable String network) {
    for (Lease lease : blocks(team, network)) {
      OptionalInt address = given.next(lease);
      if (address.isPresent()) {
        return Optional.of(address(lease, address.getAsInt()));
      }
    }
    return Optional.empty();
  }

  private LeasedAddress takeWanted(TeamId team, @Nullable String network, String wanted)
      throws IOException {
    int number = Ipv4Block.number(wanted);
    Lease lease;
    asking.lock();
    try {
      Optional<Lease> holding =
          held.granted(one -> one.isOf(team, network)).stream()
              .filter(one -> Ipv4Block.parse(one.block()).contains(number))
              .findFirst();
      lease = holding.isPresent() ? holding.get() : request(team, network, wanted);
    } finally {
      asking.unlock();
    }
    if (lease.reserved().contains(wanted) || !given.give(lease.networkId(), number)) {
      throw new ServiceException(ErrorCode.CONFLICT, "Address already in use");
    }
    return address(lease, number);
  }

  private static LeasedAddress address(Lease lease, int number) {
    return new LeasedAddress(
        lease.networkId(),
        lease.networkName(),
        Ipv4Block.text(number),
        Ipv4Block.parse(lease.subnet()).prefixLength(),
        lease.internal() ? "" : lease.gateway());
  }

  private List<Lease> blocks(TeamId team, @Nullable String network) {
    return held.granted(one -> one.isBlock() && one.isOf(team, network));
  }

  /** Makes sure that there is a block before it is needed. */
  public void prepare(TeamId team) throws IOException {
    if (blocks(team, null).isEmpty()) {
      ask(team, null);
    }
  }

  /** Takes an address back; one that was not given is well. */
  public void giveBack(String networkId, String address) {
    given.giveBack(networkId, Ipv4Block.number(address));
  }

  /** A container that runs has this address. */
  public void adopt(String networkId, String address) {
    boolean unused = given.give(networkId, Ipv4Block.number(address));
  }

  /** Addresses that are given out, by network. */
  public Map<String, List<String>> given() {
    return given.all();
  }

  /** Every network of which something is held. */
  public List<Lease> networks() {
    Map<String, Lease> byId = new HashMap<>();
    held.granted(_ -> true).forEach(lease -> byId.put(lease.networkId(), lease));
    return List.copyOf(byId.values());
  }

  /** A network as its lease tells it; empty where nothing of it is held. */
  Optional<Lease> network(String networkId) {
    return held.granted(one -> one.isOn(networkId)).stream().findFirst();
  }

  /**
   * Gives everything back that is held of a network, unless an address of it is in use.
   *
   * @return whether nothing is held of it any more
   */
  public boolean forget(String networkId) throws IOException {
    asking.lock();
    try {
      if (!given.retire(networkId)) {
        return false;
      }
      giveBackAll(networkId);
      return true;
    } finally {
      asking.unlock();
    }
  }

  private void giveBackAll(String networkId) throws IOException {
    try {
      List<HeldLease> all = held.all().stream().filter(one -> one.isOn(networkId)).toList();
      // Given back first: what is lent and not remembered would be lost.
      for (HeldLease one : all) {
        source.release(one.requestId());
      }
      held.remove(all);
    } finally {
      given.gone(networkId);
    }
  }

  /**
   * Compares what is held with what network-service has lent, which is also this node's sign of
   * life: what nobody here knows of goes back, and what was taken back is not used any more.
   *
   * @return networks that were removed
   */
  public Set<String> settle() throws IOException {
    asking.lock();
    try {
      Set<String> known = new HashSet<>();
      held.all().forEach(one -> known.add(one.requestId()));
      Set<String> removed = new HashSet<>();
      Set<String> lent = new HashSet<>();
      for (Lease lease : source.held(node)) {
        lent.add(lease.requestId());
        if (!known.contains(lease.requestId())) {
          source.release(lease.requestId());
        } else if (lease.removed()) {
          removed.add(lease.networkId());
        }
      }
      List<HeldLease> lost =
          held.all().stream()
              .filter(one -> one.lease() != null && !lent.contains(one.requestId()))
              .toList();
      if (!lost.isEmpty()) {
        log.warn("leases were taken back that this node held: {}", lost);
        held.remove(lost);
      }
      return removed;
    } finally {
      asking.unlock();
    }
  }

  private void askAheadOfNeed(TeamId team, @Nullable String network) {
    long size = 0;
    long used = 0;
    for (Lease lease : blocks(team, network)) {
      size += Ipv4Block.parse(lease.block()).size();
      used = given.count(lease.networkId());
    }
    if (used * 5 > size * 4 && !asking.isLocked()) {
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

  /** Asks for a block more than there are, unless somebody else did meanwhile. */
  private void ask(TeamId team, @Nullable String network) throws IOException {
    int before = blocks(team, network).size();
    asking.lock();
    try {
      if (blocks(team, network).size() == before) {
        Lease unused = request(team, network, null);
      }
    } finally {
      asking.unlock();
    }
  }

  /**
   * Asks for a lease; the request is on disk first, so that an answer that is lost is asked for
   * again.
   */
  private Lease request(TeamId team, @Nullable String network, @Nullable String address)
      throws IOException {
    HeldLease request = pending(team, network, address);
    try {
      Lease lease =
          source.lease(
              new LeaseRequest(
                  request.requestId(), node, team, network, address, hostPrefixes.get()));
      held.replace(request, request.answered(lease));
      return lease;
    } catch (ServiceException e) {
      if (e.code().status() < 500) {
        // Refused for good: no answer to this request can still come.
        held.remove(List.of(request));
      }
      throw e;
    }
  }

  private HeldLease pending(TeamId team, @Nullable String network, @Nullable String address)
      throws IOException {
    for (HeldLease one : held.all()) {
      if (one.lease() == null
          && one.isOf(team, network)
          && Objects.equals(one.address(), address)) {
        return one;
      }
    }
    var request = new HeldLease(UUID.randomUUID().toString(), team, network, address, null);
    held.add(request);
    return request;
  }
}
