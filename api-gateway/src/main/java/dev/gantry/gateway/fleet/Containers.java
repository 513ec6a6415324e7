package dev.gantry.gateway.fleet;

import static dev.gantry.gateway.call.Failures.invalid;
import static dev.gantry.gateway.call.Failures.noSuchContainer;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
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

    /** Mostly one; several where the topic's partitions tell of one name's holders out of order. */
    private final ConcurrentMap<String, Set<String>> idsByName = new ConcurrentHashMap<>();

    private void put(ContainerView now) {
      ContainerView was = byId.put(now.id().value(), now);
      if (was != null && !was.name().equals(now.name())) {
        letGo(was);
      }
      idsByName.merge(
          now.name(),
          Set.of(now.id().value()),
          (some, more) -> {
            Set<String> all = new HashSet<>(some);
            all.addAll(more);
            return Set.copyOf(all);
          });
    }

    private @Nullable ContainerView remove(String id) {
      ContainerView was = byId.remove(id);
      if (was != null) {
        letGo(was);
      }
      return was;
    }

    private void letGo(ContainerView was) {
      idsByName.computeIfPresent(
          was.name(),
          (_, ids) -> {
            Set<String> left = new HashSet<>(ids);
            left.remove(was.id().value());
            return left.isEmpty() ? null : Set.copyOf(left);
          });
    }

    private Optional<ContainerView> named(String name) {
      return idsByName.getOrDefault(name, Set.of()).stream()
          .map(byId::get)
          .filter(Objects::nonNull)
          .max(Comparator.comparing(ContainerView::created));
    }
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
    ContainerView was = team.byId.get(snapshot.id().value());
    if (was != null && !now.newerThan(was)) {
      return was;
    }
    team.put(now);
    return now;
  }

  /** A container is gone; what was known of it, if anything was. */
  public synchronized Optional<ContainerView> remove(ContainerId id) {
    removed.put(id, true);
    for (Team team : teams.values()) {
      ContainerView was = team.remove(id.value());
      if (was != null) {
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
    return team(team).named(name);
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
    Optional<ContainerView> named = named(team, name).or(() -> linked(of, name));
    if (named.isPresent()) {
      return named.get();
    }
    ContainerView begins = name.isEmpty() ? null : onlyBeginning(of, name);
    if (begins == null) {
      throw noSuchContainer(reference);
    }
    return begins;
  }

  /** The one that a link leads to, by {@code HOLDER/ALIAS}. */
  private static Optional<ContainerView> linked(Team team, String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : team.named(name.substring(0, slash)).stream()
            .flatMap(holder -> DefaultLink.of(holder).stream())
            .filter(link -> link.alias().equals(name.substring(slash + 1)))
            .findFirst()
            .flatMap(link -> Optional.ofNullable(team.byId.get(link.container())));
  }

  /** Names that links give to containers of a team, without the first slash, by id. */
  public Map<String, List<String>> linkNames(TeamId team) {
    Map<String, List<String>> names = new HashMap<>();
    for (ContainerView holder : of(team)) {
      for (DefaultLink link : DefaultLink.of(holder)) {
        names
            .computeIfAbsent(link.container(), _ -> new ArrayList<>())
            .add(holder.name() + "/" + link.alias());
      }
    }
    names.values().forEach(Collections::sort);
    return names;
  }

  /** The links of a container as clients see them, {@code /NAME:/HOLDER/ALIAS}; null for none. */
  public @Nullable List<String> links(ContainerView holder) {
    List<String> links =
        DefaultLink.of(holder).stream()
            .flatMap(
                link ->
                    Stream.ofNullable(team(holder.snapshot().team()).byId.get(link.container()))
                        .map(to -> "/%s:/%s/%s".formatted(to.name(), holder.name(), link.alias())))
            .sorted()
            .toList();
    return links.isEmpty() ? null : links;
  }

  private static @Nullable ContainerView onlyBeginning(Team team, String prefix) {
    ContainerView found = null;
    for (Map.Entry<String, ContainerView> entry : team.byId.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        break;
      }
      if (found != null) {
        throw invalid("Multiple IDs found with provided prefix: " + prefix);
      }
      found = entry.getValue();
    }
    return found;
  }
}
