package dev.gantry.gateway.engine.system;

import static dev.gantry.gateway.call.Permission.CONTAINER_READ;
import static dev.gantry.gateway.call.Permission.SYSTEM_READ;
import static dev.gantry.gateway.call.Route.read;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Failures;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Shape;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.ServiceDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The routes of the engine as a whole, and those of what it is not. */
public final class SystemRoutes implements Routes {
  private static final Map<String, String> PING_HEADERS =
      Map.of(
          "Builder-Version", "1",
          "Swarm", "inactive",
          "Cache-Control", "no-cache, no-store, must-revalidate",
          "Pragma", "no-cache");
  private static final List<String> SWARM =
      List.of(
          "/swarm",
          "/swarm/{rest...}",
          "/services",
          "/services/{rest...}",
          "/nodes",
          "/nodes/{rest...}",
          "/tasks",
          "/tasks/{rest...}",
          "/secrets",
          "/secrets/{rest...}",
          "/configs",
          "/configs/{rest...}");

  private final EngineInfo info;
  private final EngineVersion version;
  private final DiskUse diskUse;

  public SystemRoutes(
      Fleet fleet, ServiceDirectory services, Exchanges exchanges, EngineInfo.Settings settings) {
    this.info = new EngineInfo(fleet, services, exchanges, settings);
    this.version = new EngineVersion(fleet);
    this.diskUse = new DiskUse(fleet, services, exchanges);
  }

  @Override
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    Route ping = read("/_ping", SYSTEM_READ, "system.ping", this::ping);
    routes.add(ping);
    routes.add(ping.withMethod("HEAD"));
    routes.add(read("/version", SYSTEM_READ, "system.version", Shape.VERSION, version::version));
    routes.add(read("/info", SYSTEM_READ, "system.info", Shape.INFO, info::info));
    routes.add(read("/system/df", CONTAINER_READ, "system.df", Shape.DISK_USE, diskUse::df));
    routes.add(read("/plugins", SYSTEM_READ, "plugin.list", _ -> Answer.json(List.of())));
    for (String path : SWARM) {
      Route swarm = read(path, SYSTEM_READ, "swarm.refused", this::notSwarm);
      routes.add(swarm);
      routes.add(swarm.withMethod("POST"));
      routes.add(swarm.withMethod("DELETE"));
    }
    return routes;
  }

  private Answer ping(Call call) {
    byte[] body = call.route().method().equals("HEAD") ? new byte[0] : "OK".getBytes(UTF_8);
    return new Answer.Bytes(200, "text/plain; charset=utf-8", body, PING_HEADERS);
  }

  private Answer notSwarm(Call call) {
    throw Failures.unavailable(
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
            + " connect this node to swarm and try again.");
  }
}
