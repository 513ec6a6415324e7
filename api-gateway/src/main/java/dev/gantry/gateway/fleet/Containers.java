package dev.gantry.gateway.fleet;

import static dev.gantry.gateway.call.Failures.invalid;
import static dev.gantry.gateway.call.Failures.noSuchContainer;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The read model of containers. Fed by the compacted topic and by the snapshots that nodes answer
 * with, so that a caller sees what it did; a word that is older than what is known changes nothing,
 * and a container that was removed does not come back.
 */
public final class Containers {
  private static final int REMEMBERED = 20_000;

  private final Map<TeamId, Team> teams = new ConcurrentHashMap<>();
  private final Map<ContainerId, Boolean> removed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ContainerId, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** What one team has; no look-up crosses it. */
  private static final class Team {
    private final ConcurrentNavigableMap<String, ContainerView> byId =
        new ConcurrentSkipListMap<>();
    private final ConcurrentMap<String, String> idByName = new ConcurrentHashMap<>();
  }

  private Team team(TeamId id) {
    return teams.computeIfAbsent(id, _ -> new Team());
  }

  /** Takes the last word on a container; answers what is known of it now. */
  public synchronized ContainerView apply(ContainerSnapshot snapshot) {
    ContainerView now = new ContainerView(snapshot);
    if (removed.containsKey(snapshot.id())) {
      return now;
    }
    Team team = team(snapshot.team());
    String key = snapshot.id().value();
    ContainerView was = team.byId.get(key);
    if (was != null && !now.newerThan(was)) {
      return was;
    }
    team.byId.put(key, now);
    team.idByName.put(now.name(), key);
    if (was != null && !was.name().equals(now.name())) {
      team.idByName.remove(was.name(), key);
    }
    return now;
  }

  /** A container is gone; what was known of it, if anything was. */
  public synchronized Optional<ContainerView> remove(ContainerId id) {
    removed.put(id, true);
    for (Team team : teams.values()) {
      ContainerView was = team.byId.remove(id.value());
      if (was != null) {
        team.idByName.remove(was.name(), id.value());
        return Optional.of(was);
      }
    }
    return Optional.empty();
  }

  /** Those of a team. */
  public Collection<ContainerView> of(TeamId team) {
    return team(team).byId.values();
  }

  /** Those of all teams on a node. */
  public List<ContainerView> on(NodeId node) {
    return teams.values().stream()
        .flatMap(team -> team.byId.values().stream())
        .filter(view -> view.snapshot().node().equals(node))
        .toList();
  }

  /** Adds up how many each node has, of all teams. */
  public void countByNode(Map<NodeId, Integer> counts) {
    for (Team team : teams.values()) {
      team.byId.values().forEach(view -> counts.merge(view.snapshot().node(), 1, Integer::sum));
    }
  }

  public int count() {
    return teams.values().stream().mapToInt(team -> team.byId.size()).sum();
  }

  public Optional<ContainerView> named(TeamId team, String name) {
    Team of = team(team);
    String id = of.idByName.get(name);
    return Optional.ofNullable(id == null ? null : of.byId.get(id));
  }

  public Optional<ContainerView> get(TeamId team, ContainerId id) {
    return Optional.ofNullable(team(team).byId.get(id.value()));
  }

  /**
   * By id, name, or the beginning of an id that only one has; in this order, as the engine does.
   */
  public ContainerView resolve(TeamId team, String reference) {
    String name = reference.startsWith("/") ? reference.substring(1) : reference;
    Team of = team(team);
    ContainerView exact = of.byId.get(name);
    if (exact != null) {
      return exact;
    }
    Optional<ContainerView> named = named(team, name);
    if (named.isPresent()) {
      return named.get();
    }
    ContainerView begins = name.isEmpty() ? null : onlyBeginning(of, name);
    if (begins == null) {
      throw noSuchContainer(reference);
    }
    return begins;
  }

  private static @Nullable ContainerView onlyBeginning(Team team, String prefix) {
    ContainerView found = null;
    for (Map.Entry<String, ContainerView> entry : team.byId.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        break;
      }
      if (found != null) {
        throw invalid("multiple IDs found with provided prefix: " + prefix);
      }
      found = entry.getValue();
    }
    return found;
  }
}
