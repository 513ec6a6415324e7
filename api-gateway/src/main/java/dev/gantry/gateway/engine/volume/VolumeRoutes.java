package dev.gantry.gateway.engine.volume;

import static dev.gantry.gateway.call.Permission.VOLUME_READ;
import static dev.gantry.gateway.call.Permission.VOLUME_WRITE;

import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeCreateOptions;
import dev.gantry.engine.VolumeList;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.fleet.VolumeMap;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The routes of volumes. A volume lives on one node; lists are made of what all nodes answer. */
public final class VolumeRoutes implements Routes {
  private static final Set<String> FILTERS = Set.of("name", "label", "driver", "dangling");

  private final Fleet fleet;
  private final VolumeMap volumes;

  public VolumeRoutes(Fleet fleet, VolumeMap volumes) {
    this.fleet = fleet;
    this.volumes = volumes;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.read("/volumes", VOLUME_READ, "volume.list", this::list),
        Route.change("POST", "/volumes/create", VOLUME_WRITE, "volume.create", this::create),
        Route.change("POST", "/volumes/prune", VOLUME_WRITE, "volume.prune", this::prune),
        Route.read("/volumes/{name}", VOLUME_READ, "volume.inspect", this::inspect),
        Route.change("DELETE", "/volumes/{name}", VOLUME_WRITE, "volume.remove", this::remove));
  }

  private Answer list(Call call) {
    Filters filters = Filters.of(call.query(), FILTERS);
    VolumeMap.Found found = volumes.all(call.caller());
    List<Volume> all = new ArrayList<>();
    found
        .byNode()
        .values()
        .forEach(
            some ->
                some.stream()
                    .filter(volume -> filters.match("name", String.valueOf(volume.name())))
                    .filter(volume -> filters.exact("driver", String.valueOf(volume.driver())))
                    .filter(
                        volume ->
                            filters.labels(volume.labels() == null ? Map.of() : volume.labels()))
                    .filter(
                        volume ->
                            filters
                                .flag("dangling")
                                .map(d -> d != isUsed(call, volume))
                                .orElse(true))
                    .forEach(all::add));
    all.sort(Comparator.comparing(volume -> String.valueOf(volume.name())));
    List<String> warnings =
        found.silent().stream().map(node -> "node " + node + " does not answer").toList();
    return Answer.json(new VolumeList(all, warnings.isEmpty() ? null : warnings));
  }

  private boolean isUsed(Call call, Volume volume) {
    return fleet.containers().of(call.caller().team()).stream()
        .map(container -> container.inspect().mounts())
        .anyMatch(
            mounts ->
                mounts != null
                    && mounts.stream()
                        .anyMatch(m -> String.valueOf(volume.name()).equals(m.name())));
  }

  private Answer create(Call call) throws IOException {
    VolumeCreateOptions options =
        call.json(VolumeCreateOptions.class)
            .orElse(new VolumeCreateOptions(null, null, null, null, null));
    String name = options.name();
    if (name != null && !name.isEmpty()) {
      call.about(name, null);
      for (var entry : volumes.all(call.caller()).byNode().entrySet()) {
        for (Volume volume : entry.getValue()) {
          if (name.equals(volume.name())) {
            return Answer.json(201, volume);
          }
        }
      }
    }
    NodeView node =
        fleet.nodes().all().stream()
            .filter(NodeView::up)
            .min(Comparator.comparingInt(one -> one.state().load().containers()))
            .orElseThrow(
                () -> new ServiceException(ErrorCode.UNAVAILABLE, "no node of the fleet answers"));
    return Answer.json(201, fleet.client(node, call.caller()).createVolume(options));
  }

  private Answer inspect(Call call) {
    return Answer.json(fleet.client(holder(call), call.caller()).volume(call.path("name")));
  }

  private Answer remove(Call call) {
    boolean force = call.query().flag("force");
    NodeView node;
    try {
      node = holder(call);
    } catch (ServiceException e) {
      if (force && e.code() == ErrorCode.NOT_FOUND) {
        return Answer.empty(204);
      }
      throw e;
    }
    fleet.client(node, call.caller()).removeVolume(call.path("name"), force);
    return Answer.empty(204);
  }

  private Answer prune(Call call) {
    List<String> removed = new ArrayList<>();
    volumes
        .all(call.caller())
        .byNode()
        .forEach(
            (node, some) -> {
              for (Volume volume : some) {
                String name = String.valueOf(volume.name());
                boolean anonymous = name.matches("[0-9a-f]{64}");
                if (anonymous && !isUsed(call, volume)) {
                  fleet.client(node, call.caller()).removeVolume(name, false);
                  removed.add(name);
                }
              }
            });
    return Answer.json(Map.of("VolumesDeleted", removed, "SpaceReclaimed", 0));
  }

  private NodeView holder(Call call) {
    String name = call.path("name");
    return volumes.all(call.caller()).byNode().entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(v -> name.equals(v.name())))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new ServiceException(ErrorCode.NOT_FOUND, "get " + name + ": no such volume"));
  }
}
