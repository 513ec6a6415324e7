package dev.gantry.gateway.engine.system;

import dev.gantry.events.NodeState;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code GET /info}: the fleet as if it were one engine, and in {@code SystemStatus}, as classic
 * Swarm had it, the nodes it is made of.
 */
public final class EngineInfo {
  private static final List<List<String>> DRIVER_STATUS =
      List.of(
          List.of("Backing Filesystem", "extfs"),
          List.of("Supports d_type", "true"),
          List.of("Native Overlay Diff", "true"));

  private final Fleet fleet;
  private final ServiceDirectory services;
  private final Exchanges exchanges;
  private final Settings settings;

  /**
   * What is told of the gateway itself.
   *
   * @param id of the platform
   * @param root its folder
   */
  public record Settings(String id, String root, InstantSource clock) {}

  EngineInfo(Fleet fleet, ServiceDirectory services, Exchanges exchanges, Settings settings) {
    this.fleet = fleet;
    this.services = services;
    this.exchanges = exchanges;
    this.settings = settings;
  }

  Answer info(Call call) {
    List<NodeView> nodes = fleet.nodes().all();
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("ID", settings.id());
    containers(info, fleet.containers().of(call.caller().team()));
    info.put("Images", images(call));
    info.put("Driver", "overlay2");
    info.put("DriverStatus", DRIVER_STATUS);
    info.put("SystemStatus", nodeStatus(nodes));
    info.put("Plugins", plugins());
    info.put("MemoryLimit", true);
    info.put("SwapLimit", true);
    info.put("CpuCfsPeriod", true);
    info.put("CpuCfsQuota", true);
    info.put("CPUShares", true);
    info.put("CPUSet", true);
    info.put("PidsLimit", true);
    info.put("IPv4Forwarding", true);
    info.put("Debug", false);
    info.put("NFd", 0);
    info.put("OomKillDisable", false);
    info.put("NGoroutines", 0);
    info.put("SystemTime", settings.clock().instant().toString());
    info.put("LoggingDriver", "json-file");
    info.put("NEventsListener", 0);
    info.put("OSType", "linux");
    info.put("IndexServerAddress", "https://index.docker.io/v1/");
    info.put("RegistryConfig", registry());
    info.put("NCPU", nodes.stream().mapToInt(node -> node.state().cpus()).sum());
    info.put("MemTotal", nodes.stream().mapToLong(node -> node.state().memory()).sum());
    info.put("GenericResources", null);
    info.put("DockerRootDir", settings.root());
    info.put("HttpProxy", "");
    info.put("HttpsProxy", "");
    info.put("NoProxy", "");
    info.put("Name", nodes.size() == 1 ? nodes.getFirst().name() : "gantry");
    info.put("Labels", labels(nodes));
    info.put("ExperimentalBuild", false);
    info.put("ServerVersion", EngineVersion.SERVER);
    host(info, nodes.isEmpty() ? null : nodes.getFirst().state().host());
    info.put("Runtimes", runtimes(nodes));
    info.put("LiveRestoreEnabled", true);
    info.put("Isolation", "");
    info.put("InitBinary", "tini");
    info.put("Swarm", swarm());
    info.put("FirewallBackend", Map.of("Driver", "nftables"));
    info.put("CDISpecDirs", List.of());
    info.put("Containerd", null);
    info.put("ProductLicense", "");
    info.put("Warnings", warnings(nodes));
    return Answer.json(info);
  }

  private static void containers(Map<String, Object> info, Collection<ContainerView> all) {
    Map<String, Long> byStatus =
        all.stream().collect(Collectors.groupingBy(ContainerView::status, Collectors.counting()));
    long running = byStatus.getOrDefault("running", 0L) + byStatus.getOrDefault("restarting", 0L);
    long paused = byStatus.getOrDefault("paused", 0L);
    info.put("Containers", all.size());
    info.put("ContainersRunning", running);
    info.put("ContainersPaused", paused);
    info.put("ContainersStopped", all.size() - running - paused);
  }

  /** How many images the team has; 0 where image-service is away. */
  private int images(Call call) {
    try {
      Ask ask =
          Exchanges.forCaller(
              Ask.of("count images", "GET", "/v1/engine/images/json").within(Duration.ofSeconds(2)),
              call.caller());
      return exchanges.json(services.peer(ImageClient.SERVICE), ask, JsonNode.class).size();
    } catch (ServiceException _) {
      return 0;
    }
  }

  /** The nodes, their state and load. */
  private List<List<String>> nodeStatus(List<NodeView> nodes) {
    List<List<String>> status = new ArrayList<>();
    status.add(List.of("Nodes", Integer.toString(nodes.size())));
    for (NodeView node : nodes) {
      NodeState state = node.state();
      NodeState.Load load = state.load();
      status.add(List.of(node.name(), state.uri().getHost() + ":" + state.uri().getPort()));
      status.add(List.of("  └ ID", node.id().value()));
      status.add(List.of("  └ Status", statusOf(node)));
      status.add(
          List.of(
              "  └ Containers",
              "%d (%d Running, %d Paused, %d Stopped)"
                  .formatted(load.containers(), load.running(), load.paused(), load.stopped())));
      status.add(
          List.of(
              "  └ Reserved CPUs",
              String.format(
                  Locale.ROOT, "%.1f / %d", load.reservedNanoCpus() / 1e9, state.cpus())));
      status.add(
          List.of(
              "  └ Reserved Memory",
              Bytes.binary(load.reservedMemory()) + " / " + Bytes.binary(state.memory())));
      status.add(List.of("  └ Available Memory", Bytes.binary(load.availableMemory())));
      status.add(List.of("  └ Load", String.format(Locale.ROOT, "%.2f", load.load1())));
      status.add(
          List.of(
              "  └ Labels",
              new TreeMap<>(state.labels())
                  .entrySet().stream()
                      .map(entry -> entry.getKey() + "=" + entry.getValue())
                      .collect(Collectors.joining(", "))));
      status.add(List.of("  └ UpdatedAt", state.time().toString()));
    }
    return status;
  }

  private static String statusOf(NodeView node) {
    return switch (node.liveness()) {
      case UP -> "Healthy";
      case DOWN -> "Down";
      case UNKNOWN -> "Pending";
    };
  }

  private static Map<String, Object> plugins() {
    Map<String, Object> plugins = new LinkedHashMap<>();
    plugins.put("Volume", List.of("local"));
    plugins.put("Network", List.of("bridge", "host", "null"));
    plugins.put("Authorization", null);
    plugins.put("Log", List.of("json-file", "local", "none"));
    return plugins;
  }

  private static Map<String, Object> registry() {
    Map<String, Object> registry = new LinkedHashMap<>();
    registry.put("InsecureRegistryCIDRs", List.of("127.0.0.0/8"));
    registry.put("IndexConfigs", Map.of());
    registry.put("Mirrors", List.of());
    return registry;
  }

  private static List<String> labels(List<NodeView> nodes) {
    return nodes.size() != 1
        ? List.of()
        : new TreeMap<>(nodes.getFirst().state().labels())
            .entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()).toList();
  }

  private static void host(Map<String, Object> info, NodeState.@Nullable Host host) {
    String runtime = host == null ? "crun" : host.runtime();
    info.put("CgroupDriver", host == null ? "cgroupfs" : host.cgroupDriver());
    info.put("CgroupVersion", host == null ? "1" : host.cgroupVersion());
    info.put("KernelVersion", host == null ? "" : host.kernelVersion());
    info.put("OperatingSystem", host == null ? "Linux" : host.operatingSystem());
    info.put("OSVersion", host == null ? "" : host.osVersion());
    info.put("Architecture", host == null ? "x86_64" : GoNames.machine(host.architecture()));
    info.put("SecurityOptions", host == null ? List.of() : host.securityOptions());
    info.put("DefaultRuntime", runtime);
    info.put("ContainerdCommit", Map.of("ID", "none"));
    info.put("RuncCommit", Map.of("ID", host == null ? "none" : host.runtimeVersion()));
    info.put("InitCommit", Map.of("ID", "none"));
  }

  /** What containers may name: a node that has it is chosen for them. */
  private static Map<String, Object> runtimes(List<NodeView> nodes) {
    Map<String, Object> runtimes = new TreeMap<>();
    for (NodeView node : nodes) {
      node.runtimes().forEach((name, program) -> runtimes.put(name, Map.of("path", program)));
    }
    return runtimes;
  }

  private static Map<String, Object> swarm() {
    Map<String, Object> swarm = new LinkedHashMap<>();
    swarm.put("NodeID", "");
    swarm.put("NodeAddr", "");
    swarm.put("LocalNodeState", "inactive");
    swarm.put("ControlAvailable", false);
    swarm.put("Error", "");
    swarm.put("RemoteManagers", null);
    return swarm;
  }

  private static List<String> warnings(List<NodeView> nodes) {
    if (nodes.isEmpty()) {
      return List.of("WARNING: no runtime-node is known");
    }
    return nodes.stream()
        .filter(NodeView::down)
        .map(node -> "WARNING: node " + node.name() + " is down")
        .toList();
  }
}
