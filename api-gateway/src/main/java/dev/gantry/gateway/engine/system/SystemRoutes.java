package dev.gantry.gateway.engine.system;

import static dev.gantry.gateway.call.Permission.SYSTEM_READ;

import dev.gantry.engine.ApiVersion;
import dev.gantry.engine.EngineJson;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Shape;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Ping, version, info, disk use, and what only a swarm has. */
public final class SystemRoutes implements Routes {
  /** Three plain numbers, since tools parse it; the product's own name is in {@code Platform}. */
  static final String SERVER_VERSION = "28.2.2";

  private static final Map<String, String> PING =
      Map.of(
          "Api-Version", ApiVersion.MAX.toString(),
          "OSType", "linux",
          "Docker-Experimental", "false",
          "Builder-Version", "1",
          "Swarm", "inactive",
          "Cache-Control", "no-cache, no-store, must-revalidate",
          "Pragma", "no-cache",
          "Server", "Docker/" + SERVER_VERSION + " (linux)");
  private static final List<String> SWARM =
      List.of("/swarm", "/services", "/nodes", "/tasks", "/secrets", "/configs");

  private final SystemInfo info;

  public SystemRoutes(SystemInfo info) {
    this.info = info;
  }

  @Override
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    Route ping = Route.read("/_ping", SYSTEM_READ, "system.ping", SystemRoutes::ping);
    routes.add(ping);
    routes.add(ping.withMethod("HEAD"));
    routes.add(
        Route.read("/version", SYSTEM_READ, "system.version", Shape.VERSION, _ -> version()));
    routes.add(
        Route.read(
            "/info",
            SYSTEM_READ,
            "system.info",
            Shape.INFO,
            call -> Answer.json(info.of(call.caller()))));
    routes.add(
        Route.read(
            "/system/df",
            SYSTEM_READ,
            "system.df",
            Shape.DISK_USE,
            _ -> Answer.json(emptyDiskUse())));
    routes.add(Route.change("POST", "/auth", SYSTEM_READ, "system.auth", SystemRoutes::auth));
    for (String path : SWARM) {
      routes.add(Route.read(path, SYSTEM_READ, "swarm.read", SystemRoutes::noSwarm));
      routes.add(Route.read(path + "/{rest...}", SYSTEM_READ, "swarm.read", SystemRoutes::noSwarm));
      routes.add(
          Route.change(
              "POST", path + "/{rest...}", SYSTEM_READ, "swarm.change", SystemRoutes::noSwarm));
    }
    routes.add(Route.read("/plugins", SYSTEM_READ, "plugin.list", _ -> Answer.json(List.of())));
    return routes;
  }

  private static Answer ping(Call call) {
    byte[] body = "OK".getBytes(StandardCharsets.UTF_8);
    return new Answer.Bytes(200, "text/plain; charset=utf-8", body, PING);
  }

  private static Answer noSwarm(Call call) {
    throw new ServiceException(
        ErrorCode.UNAVAILABLE,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
            + " connect this node to swarm and try again.");
  }

  /**
   * Logins to registries are stored by the client; here there is nothing yet to check them against.
   */
  private static Answer auth(Call call) {
    throw new ServiceException(ErrorCode.NOT_IMPLEMENTED, "login to a registry is not served yet");
  }

  private Answer version() {
    ObjectNode version = EngineJson.MAPPER.createObjectNode();
    version.putObject("Platform").put("Name", "Gantry");
    ObjectNode engine = version.putArray("Components").addObject();
    engine.put("Name", "Engine").put("Version", SERVER_VERSION);
    String api = ApiVersion.MAX.toString();
    engine
        .putObject("Details")
        .put("ApiVersion", api)
        .put("MinAPIVersion", ApiVersion.MIN.toString())
        .put("Os", "linux")
        .put("Arch", info.architecture())
        .put("GitCommit", "")
        .put("GoVersion", "")
        .put("KernelVersion", info.kernelVersion())
        .put("BuildTime", "")
        .put("Experimental", "false");
    version
        .withArray("/Components")
        .addObject()
        .put("Name", "Gantry")
        .put("Version", "0.1.0")
        .putObject("Details")
        .put("Nodes", Integer.toString(info.nodeCount()));
    version.put("Version", SERVER_VERSION);
    version.put("ApiVersion", api);
    version.put("MinAPIVersion", ApiVersion.MIN.toString());
    version.put("GitCommit", "");
    version.put("GoVersion", "");
    version.put("Os", "linux");
    version.put("Arch", info.architecture());
    version.put("KernelVersion", info.kernelVersion());
    version.put("BuildTime", "");
    return Answer.json(version);
  }

  private static ObjectNode emptyDiskUse() {
    ObjectNode use = EngineJson.MAPPER.createObjectNode();
    use.put("LayersSize", 0);
    use.putArray("Images");
    use.putArray("Containers");
    use.putArray("Volumes");
    use.putArray("BuildCache");
    return use;
  }
}
