package dev.gantry.gateway.engine.system;

import dev.gantry.engine.EngineJson;
import dev.gantry.events.NodeState;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ServiceException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code docker info}: the fleet as if it were one engine, with its nodes by name in {@code
 * DriverStatus}.
 */
public final class SystemInfo {
  private final Fleet fleet;
  private final Exchanges exchanges;
  private final ServiceDirectory services;
  private final String gateway;
  private final InstantSource clock;

  public SystemInfo(
      Fleet fleet,
      Exchanges exchanges,
      ServiceDirectory services,
      String gateway,
      InstantSource clock) {
    this.fleet = fleet;
    this.exchanges = exchanges;
    this.services = services;
    this.gateway = gateway;
    this.clock = clock;
  }

  int nodeCount() {
    return fleet.nodes().all().size();
  }

  String architecture() {
    return host().map(NodeState.Host::architecture).map(SystemInfo::goArchitecture).orElse("amd64");
  }

  String kernelVersion() {
    return host().map(NodeState.Host::kernelVersion).orElse("");
  }

  private static String goArchitecture(String machine) {
    return switch (machine) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> machine;
    };
  }

  private Optional<NodeState.Host> host() {
    return fleet.nodes().all().stream().map(node -> node.state().host()).findFirst();
  }

  ObjectNode of(Caller caller) {
    List<NodeView> nodes = fleet.nodes().all();
    Optional<NodeState.Host> host = host();
    ObjectNode info = EngineJson.MAPPER.createObjectNode();
    info.put("ID", gateway);
    counts(info, caller);
    info.put("Images", images(caller));
    info.put("Driver", "overlay2");
    driverStatus(info, nodes);
    plugins(info);
    for (String flag :
        List.of(
            "MemoryLimit",
            "SwapLimit",
            "CpuCfsPeriod",
            "CpuCfsQuota",
            "CPUShares",
            "CPUSet",
            "PidsLimit",
            "IPv4Forwarding",
            "OomKillDisable")) {
      info.put(flag, true);
    }
    info.put("BridgeNfIptables", false).put("BridgeNfIp6tables", false);
    info.put("Debug", false).put("NFd", 0).put("NGoroutines", 0).put("NEventsListener", 0);
    info.put("SystemTime", clock.instant().toString());
    info.put("LoggingDriver", "json-file");
    info.put("CgroupDriver", host.map(NodeState.Host::cgroupDriver).orElse("cgroupfs"));
    info.put("CgroupVersion", host.map(NodeState.Host::cgroupVersion).orElse("1"));
    info.put("KernelVersion", kernelVersion());
    info.put("OperatingSystem", host.map(NodeState.Host::operatingSystem).orElse("Linux"));
    info.put("OSVersion", host.map(NodeState.Host::osVersion).orElse(""));
    info.put("OSType", "linux");
    info.put("Architecture", host.map(NodeState.Host::architecture).orElse("x86_64"));
    info.put("IndexServerAddress", "https://index.docker.io/v1/");
    info.putObject("RegistryConfig")
        .put("AllowNondistributableArtifactsCIDRs", (String) null)
        .put("AllowNondistributableArtifactsHostnames", (String) null)
        .putArray("InsecureRegistryCIDRs");
    info.withObject("/RegistryConfig").putObject("IndexConfigs");
    info.withObject("/RegistryConfig").putArray("Mirrors");
    info.put("NCPU", nodes.stream().filter(NodeView::up).mapToInt(n -> n.state().cpus()).sum());
    info.put(
        "MemTotal", nodes.stream().filter(NodeView::up).mapToLong(n -> n.state().memory()).sum());
    info.putNull("GenericResources");
    info.put("DockerRootDir", host.map(NodeState.Host::dataRoot).orElse("/var/lib/gantry"));
    info.put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
    info.put("Name", nodes.isEmpty() ? "gantry" : nodes.getFirst().state().host().hostname());
    info.putArray("Labels");
    info.put("ExperimentalBuild", false);
    info.put("ServerVersion", SystemRoutes.SERVER_VERSION);
    runtimes(info, host);
    info.putObject("Swarm")
        .put("NodeID", "")
        .put("NodeAddr", "")
        .put("LocalNodeState", "inactive")
        .put("ControlAvailable", false)
        .put("Error", "")
        .putNull("RemoteManagers");
    info.put("LiveRestoreEnabled", true).put("Isolation", "").put("InitBinary", "tini");
    info.putObject("ContainerdCommit").put("ID", "");
    info.putObject("RuncCommit").put("ID", "");
    info.putObject("InitCommit").put("ID", "");
    ArrayNode security = info.putArray("SecurityOptions");
    host.map(NodeState.Host::securityOptions)
        .orElse(List.of("name=seccomp,profile=builtin"))
        .forEach(security::add);
    info.put("ProductLicense", "");
    ArrayNode warnings = info.putArray("Warnings");
    nodes.stream()
        .filter(NodeView::down)
        .forEach(node -> warnings.add("WARNING: node " + node.name() + " is down"));
    info.putArray("CDISpecDirs");
    return info;
  }

  private void counts(ObjectNode info, Caller caller) {
    var containers = fleet.containers().of(caller.team());
    info.put("Containers", containers.size());
    info.put(
        "ContainersRunning", count(containers, container -> container.status().equals("running")));
    info.put(
        "ContainersPaused", count(containers, container -> container.status().equals("paused")));
    info.put(
        "ContainersStopped",
        count(
            containers,
            container ->
                !container.status().equals("running") && !container.status().equals("paused")));
  }

  private static long count(
      java.util.Collection<ContainerView> containers, Predicate<ContainerView> wanted) {
    return containers.stream().filter(wanted).count();
  }

  private int images(Caller caller) {
    try {
      Ask ask = Ask.of("count images", "GET", "/v1/engine/images/json");
      return exchanges
          .json(
              services.peer(ImageClient.SERVICE), Exchanges.forCaller(ask, caller), JsonNode.class)
          .size();
    } catch (ServiceException _) {
      // A number is not worth the whole answer.
      return 0;
    }
  }

  /** The listing that classic Swarm gave of its nodes, which the CLI prints as it is. */
  private static void driverStatus(ObjectNode info, List<NodeView> nodes) {
    ArrayNode status = info.putArray("DriverStatus");
    pair(status, "Backing Filesystem", "extfs");
    pair(status, "Nodes", Integer.toString(nodes.size()));
    for (NodeView node : nodes) {
      NodeState state = node.state();
      NodeState.Load load = state.load();
      pair(status, " " + node.name(), state.uri().getHost() + ":" + state.uri().getPort());
      pair(status, "  └ ID", state.id().value());
      pair(
          status,
          "  └ Status",
          switch (node.liveness()) {
            case UP -> "Healthy";
            case DOWN -> "Unreachable";
            case UNKNOWN -> "Pending";
          });
      pair(
          status,
          "  └ Containers",
          "%d (%d Running, %d Paused, %d Stopped)"
              .formatted(load.containers(), load.running(), load.paused(), load.stopped()));
      pair(
          status,
          "  └ Reserved CPUs",
          String.format(Locale.ROOT, "%.2f / %d", load.reservedNanoCpus() / 1e9, state.cpus()));
      pair(
          status,
          "  └ Reserved Memory",
          String.format(
              Locale.ROOT, "%.1f / %.1f GiB", gib(load.reservedMemory()), gib(state.memory())));
      pair(status, "  └ Load", String.format(Locale.ROOT, "%.2f", load.load1()));
      pair(status, "  └ Labels", labels(state.labels()));
    }
  }

  private static double gib(long bytes) {
    return bytes / (double) (1 << 30);
  }

  private static String labels(Map<String, String> labels) {
    return String.join(
        ", ", labels.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList());
  }

  private static void pair(ArrayNode status, String name, String value) {
    status.addArray().add(name).add(value);
  }

  private static void plugins(ObjectNode info) {
    ObjectNode plugins = info.putObject("Plugins");
    plugins.putArray("Volume").add("local");
    plugins.putArray("Network").add("bridge").add("host").add("null");
    plugins.putNull("Authorization");
    plugins.putArray("Log").add("json-file").add("local").add("none");
  }

  private static void runtimes(ObjectNode info, Optional<NodeState.Host> host) {
    String name = host.map(NodeState.Host::runtime).orElse("runc");
    info.putObject("Runtimes").putObject(name).put("path", name);
    info.put("DefaultRuntime", name);
  }
}
