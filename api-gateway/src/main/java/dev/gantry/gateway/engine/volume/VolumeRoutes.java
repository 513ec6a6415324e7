package dev.gantry.gateway.engine.volume;

import static dev.gantry.gateway.call.Failures.notFound;
import static dev.gantry.gateway.call.Failures.unavailable;
import static dev.gantry.gateway.call.Permission.VOLUME_READ;
import static dev.gantry.gateway.call.Permission.VOLUME_WRITE;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeCreateOptions;
import dev.gantry.engine.VolumeList;
import dev.gantry.engine.VolumeUsage;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.engine.events.PruneEvents;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.fleet.VolumeMap;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of volumes. A volume is on one node; a list is what all nodes answer, and the names of
 * those that did not.
 */
public final class VolumeRoutes implements Routes {
  private static final Set<String> LIST_FILTERS = Set.of("dangling", "driver", "label", "name");
  private static final Set<String> PRUNE_FILTERS = Set.of("label", "label!", "all");
  private static final Set<String> OLDER_PRUNE_FILTERS = Set.of("label", "label!");
  private static final Logger LOG = LoggerFactory.getLogger(VolumeRoutes.class);

  private final Fleet fleet;
  private final VolumeMap volumes;
  private final PruneEvents prunes;

  public VolumeRoutes(Fleet fleet, PruneEvents prunes) {
    this.fleet = fleet;
    this.prunes = prunes;
    this.volumes = new VolumeMap(fleet);
  }

  @Override
  public List<Route> routes() {
    return List.of(
        read("/volumes", VOLUME_READ, "volume.list", this::list),
        read("/volumes/{name}", VOLUME_READ, "volume.inspect", this::inspect),
        change("POST", "/volumes/create", VOLUME_WRITE, "volume.create", this::create),
        change("POST", "/volumes/prune", VOLUME_WRITE, "volume.prune", this::prune),
        change("DELETE", "/volumes/{name}", VOLUME_WRITE, "volume.remove", this::remove));
  }

  private record Located(NodeView node, Volume volume) {}

  private List<Located> located(VolumeMap.Found found) {
    List<Located> all = new ArrayList<>();
    found.byNode().forEach((node, on) -> on.forEach(volume -> all.add(new Located(node, volume))));
    all.sort(Comparator.comparing(located -> String.valueOf(located.volume().name())));
    return all;
  }

  private Answer list(Call call) {
    Filters filters = Filters.of(call.query(), LIST_FILTERS);
    VolumeMap.Found found = volumes.all(call.caller());
    List<Volume> shown =
        located(found).stream()
            .map(Located::volume)
            .filter(filter(filters))
            .map(VolumeRoutes::withoutUse)
            .toList();
    List<String> warnings =
        found.silent().stream().map(name -> "volumes on node " + name + " are not listed").toList();
    return Answer.json(new VolumeList(shown, warnings.isEmpty() ? null : warnings));
  }

  private static Predicate<Volume> filter(Filters filters) {
    Optional<Boolean> dangling = filters.flag("dangling");
    return volume -> {
      String name = String.valueOf(volume.name());
      return filters.labels(labels(volume))
          && filters.exact("driver", String.valueOf(volume.driver()))
          && (!filters.has("name") || filters.get("name").stream().anyMatch(name::contains))
          && dangling.map(wanted -> wanted == isUnused(volume)).orElse(true);
    };
  }

  /** No container has it, running or not. */
  private static boolean isUnused(Volume volume) {
    VolumeUsage use = volume.usageData();
    return use == null || use.refCount() == null || use.refCount() == 0;
  }

  /** As lists and inspect show a volume: what it takes is told by {@code /system/df} alone. */
  private static Volume withoutUse(Volume volume) {
    return new Volume(
        volume.name(),
        volume.driver(),
        volume.mountpoint(),
        volume.createdAt(),
        volume.status(),
        volume.labels(),
        volume.scope(),
        volume.clusterVolume(),
        volume.options(),
        null);
  }

  private static Map<String, String> labels(Volume volume) {
    return volume.labels() == null ? Map.of() : volume.labels();
  }

  private Located find(Call call, String name) {
    VolumeMap.Found found = volumes.all(call.caller());
    return located(found).stream()
        .filter(located -> name.equals(located.volume().name()))
        .findFirst()
        .orElseThrow(
            () ->
                found.silent().isEmpty()
                    ? notFound("get " + name + ": no such volume")
                    : unavailable(
                        "cannot find volume %s: %s down"
                            .formatted(name, String.join(", ", found.silent()) + " is")));
  }

  private Answer inspect(Call call) {
    Located located = find(call, call.path("name"));
    return Answer.json(
        withoutUse(fleet.client(located.node(), call.caller()).volume(call.path("name"))));
  }

  /** Where one of that name is already, there; else on the node with fewest containers. */
  private Answer create(Call call) throws IOException {
    VolumeCreateOptions options =
        call.json(VolumeCreateOptions.class)
            .orElse(new VolumeCreateOptions(null, null, null, null, null));
    if (options.name() != null) {
      call.about(options.name(), options.name());
    }
    VolumeMap.Found found = volumes.all(call.caller());
    NodeView node =
        located(found).stream()
            .filter(located -> String.valueOf(located.volume().name()).equals(options.name()))
            .map(Located::node)
            .findFirst()
            .orElseGet(this::roomiest);
    return Answer.json(201, withoutUse(fleet.client(node, call.caller()).createVolume(options)));
  }

  private NodeView roomiest() {
    Map<dev.gantry.engine.NodeId, Integer> counts = new LinkedHashMap<>();
    fleet.containers().countByNode(counts);
    return fleet.nodes().all().stream()
        .filter(NodeView::up)
        .min(Comparator.comparingInt(node -> counts.getOrDefault(node.id(), 0)))
        .orElseThrow(() -> unavailable("no runtime-node is up"));
  }

  private Answer remove(Call call) {
    String name = call.path("name");
    boolean force = call.query().flag("force");
    Located located;
    try {
      located = find(call, name);
    } catch (ServiceException e) {
      if (force && e.code() == dev.gantry.services.ErrorCode.NOT_FOUND) {
        return Answer.empty(204);
      }
      throw e;
    }
    fleet.client(located.node(), call.caller()).removeVolume(name, force);
    return Answer.empty(204);
  }

  /**
   * Only those that nobody named, unless all are asked for (from 1.42 on) or the client is older.
   * Each node decides on its own volumes, as only it knows who uses them; one that is out of reach
   * keeps its own.
   */
  private Answer prune(Call call) {
    boolean older = call.version().isBefore(1, 42);
    Filters filters = Filters.of(call.query(), older ? OLDER_PRUNE_FILTERS : PRUNE_FILTERS);
    Map<String, List<String>> asked = new LinkedHashMap<>(filters.values());
    asked.put("all", List.of(Boolean.toString(older || filters.flag("all").orElse(false))));
    String json = EngineJson.MAPPER.writeValueAsString(asked);
    List<String> deleted = new ArrayList<>();
    long reclaimed = 0;
    for (NodeView node : fleet.nodes().all()) {
      if (node.up()) {
        try {
          var pruned = fleet.client(node, call.caller()).pruneVolumes(json);
          deleted.addAll(pruned.deleted());
          reclaimed += pruned.reclaimed();
        } catch (ServiceException e) {
          LOG.warn("volumes on node {} were not pruned: {}", node.name(), e.detail());
        }
      }
    }
    prunes.tell(call.caller().team(), PruneEvents.Noun.VOLUME, reclaimed);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("VolumesDeleted", deleted);
    report.put("SpaceReclaimed", reclaimed);
    return Answer.json(report);
  }
}
