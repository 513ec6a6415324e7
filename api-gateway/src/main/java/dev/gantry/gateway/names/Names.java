package dev.gantry.gateway.names;

import static dev.gantry.gateway.call.Failures.conflict;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives names to containers. Before a name is refused its holder's node is asked whether the holder
 * still exists: a crash, or a container that removed itself a moment ago, must not block a name.
 */
public final class Names {
  private static final Logger LOG = LoggerFactory.getLogger(Names.class);

  /** How long another gateway's create, which can't be seen from here, is left alone. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(30);

  private final Placements placements;
  private final Fleet fleet;
  private final NameGenerator generator;
  private final InstantSource clock;
  private final Set<ContainerId> inFlight = ConcurrentHashMap.newKeySet();

  public Names(Placements placements, Fleet fleet, NameGenerator generator, InstantSource clock) {
    this.placements = placements;
    this.fleet = fleet;
    this.generator = generator;
    this.clock = clock;
  }

  /** A name held for a container that is being created. */
  public final class Hold implements AutoCloseable {
    private final ContainerId container;
    private final String name;
    private boolean kept;

    private Hold(ContainerId container, String name) {
      this.container = container;
      this.name = name;
    }

    public String name() {
      return name;
    }

    /** The container exists: it keeps the name. */
    public void keep() {
      kept = true;
    }

    /** Lets go of the name unless it was kept. */
    @Override
    public void close() {
      inFlight.remove(container);
      if (!kept) {
        release(container);
      }
    }
  }

  /**
   * Holds a name, or one of our own making, for a container on a node.
   *
   * @param name empty for any
   */
  public Hold hold(ContainerId container, Caller caller, Optional<String> name, NodeId node) {
    inFlight.add(container);
    try {
      if (name.isPresent()) {
        claim(container, caller.team(), name.get(), node);
        return new Hold(container, name.get());
      }
      for (int attempt = 0; ; attempt++) {
        String tried = generator.next(attempt);
        if (fleet.containers().named(caller.team(), tried).isEmpty()
            && tryFor(container, caller.team(), tried, node)
                instanceof Placements.Outcome.Claimed) {
          return new Hold(container, tried);
        }
      }
    } catch (RuntimeException e) {
      inFlight.remove(container);
      throw e;
    }
  }

  private Placements.Outcome tryFor(ContainerId id, TeamId team, String name, NodeId node) {
    return placements.claim(new Placements.Claim(id, team, name, node, clock.instant()));
  }

  private void claim(ContainerId container, TeamId team, String name, NodeId node) {
    Optional<ContainerView> known = fleet.containers().named(team, name);
    if (known.isPresent() && exists(known.get().id(), team, known.get().snapshot().node())) {
      throw taken(name, known.get().id());
    }
    if (tryFor(container, team, name, node) instanceof Placements.Outcome.Taken(var holder)) {
      if (busy(holder) || exists(holder.container(), team, holder.node())) {
        throw taken(name, holder.container());
      }
      placements.release(holder.container());
      if (tryFor(container, team, name, node) instanceof Placements.Outcome.Taken(var next)) {
        throw taken(name, next.container());
      }
    }
  }

  private boolean busy(Placements.Claim holder) {
    return inFlight.contains(holder.container())
        || (fleet.containers().get(holder.team(), holder.container()).isEmpty()
            && holder.at().plus(IN_FLIGHT).isAfter(clock.instant()));
  }

  /** Asks the node; where it does not answer, the container is taken to exist. */
  private boolean exists(ContainerId id, TeamId team, NodeId node) {
    Optional<NodeView> view = fleet.nodes().get(node);
    if (view.isEmpty() || view.get().down()) {
      return true;
    }
    try {
      fleet.client(view.get(), new Caller(team, "gantry", "gateway")).inspect(id, false);
      return true;
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        fleet.containers().remove(id);
        return false;
      }
      return true;
    }
  }

  /** Gives a container another name. */
  public void rename(ContainerView container, String name) {
    TeamId team = container.snapshot().team();
    NodeId node = container.snapshot().node();
    Optional<ContainerView> known = fleet.containers().named(team, name);
    if (known.isPresent()
        && !known.get().id().equals(container.id())
        && exists(known.get().id(), team, known.get().snapshot().node())) {
      throw taken(name, known.get().id());
    }
    Placements.Claim wanted =
        new Placements.Claim(container.id(), team, name, node, clock.instant());
    if (placements.rename(wanted) instanceof Placements.Outcome.Taken(var holder)) {
      if (busy(holder) || exists(holder.container(), team, holder.node())) {
        throw taken(name, holder.container());
      }
      placements.release(holder.container());
      placements.rename(wanted);
    }
  }

  /** Where a container was placed, and whose it is; empty where there is none. */
  public Optional<Placements.Claim> placement(ContainerId container) {
    return placements.find(container);
  }

  /** Lets go of a container's name; if that can't be done now, the sweeper does it. */
  public void release(ContainerId container) {
    try {
      placements.release(container);
    } catch (ServiceException e) {
      LOG.info("the name of container {} is let go later: {}", container.shortForm(), e.detail());
    }
  }

  /** Lets go of the names of containers that their nodes do not know. */
  void sweep(Duration age) {
    for (Placements.Claim claim : placements.before(clock.instant().minus(age))) {
      boolean known = fleet.containers().get(claim.team(), claim.container()).isPresent();
      if (!known
          && !inFlight.contains(claim.container())
          && !exists(claim.container(), claim.team(), claim.node())) {
        LOG.info("container {} was never created or is gone", claim.container().shortForm());
        placements.release(claim.container());
      }
    }
  }

  private static ServiceException taken(String name, ContainerId by) {
    return conflict(
        "Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to remove (or rename) that container to be able to reuse that name."
            .formatted(name, by));
  }
}
