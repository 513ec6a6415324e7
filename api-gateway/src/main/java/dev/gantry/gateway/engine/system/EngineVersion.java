package dev.gantry.gateway.engine.system;

import dev.gantry.engine.ApiVersion;
import dev.gantry.events.NodeState;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /version}. */
final class EngineVersion {
  /** The engine whose API this speaks; three plain numbers, which clients parse. */
  static final String SERVER = "28.2.2";

  static final String PLATFORM = "Gantry";
  private static final String GANTRY = "0.1.0";
  private static final String BUILT = "2026-01-01T00:00:00.000000000+00:00";

  private final Fleet fleet;

  EngineVersion(Fleet fleet) {
    this.fleet = fleet;
  }

  Answer version(Call call) {
    NodeState.Host host =
        fleet.nodes().all().stream()
            .findFirst()
            .map(NodeView::state)
            .map(NodeState::host)
            .orElse(null);
    String kernel = host == null ? "" : host.kernelVersion();
    String architecture = host == null ? "amd64" : GoNames.architecture(host.architecture());
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("Platform", Map.of("Name", PLATFORM));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("ApiVersion", ApiVersion.MAX.toString());
    details.put("Arch", architecture);
    details.put("BuildTime", BUILT);
    details.put("Experimental", "false");
    details.put("GitCommit", "gantry");
    details.put("GoVersion", "none");
    details.put("KernelVersion", kernel);
    details.put("MinAPIVersion", ApiVersion.MIN.toString());
    details.put("Os", "linux");
    version.put(
        "Components",
        host == null
            ? List.of(component("Engine", SERVER, details), component("Gantry", GANTRY, Map.of()))
            : List.of(
                component("Engine", SERVER, details),
                component("Gantry", GANTRY, Map.of()),
                component(host.runtime(), host.runtimeVersion(), Map.of())));
    version.put("Version", SERVER);
    version.put("ApiVersion", ApiVersion.MAX.toString());
    version.put("MinAPIVersion", ApiVersion.MIN.toString());
    version.put("GitCommit", "gantry");
    version.put("GoVersion", "none");
    version.put("Os", "linux");
    version.put("Arch", architecture);
    version.put("KernelVersion", kernel);
    version.put("BuildTime", BUILT);
    return Answer.json(version);
  }

  private static Map<String, Object> component(
      String name, String version, Map<String, Object> details) {
    Map<String, Object> component = new LinkedHashMap<>();
    component.put("Name", name);
    component.put("Version", version);
    component.put("Details", details);
    return component;
  }
}
