package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Permission.CONTAINER_READ;
import static dev.gantry.gateway.call.Permission.CONTAINER_WRITE;
import static dev.gantry.gateway.call.Permission.IMAGE_WRITE;
import static dev.gantry.gateway.call.Permission.LOGS_READ;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Shape;
import dev.gantry.gateway.engine.events.PruneEvents;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.fleet.VolumeMap;
import dev.gantry.gateway.identity.SocketPolicy;
import dev.gantry.gateway.names.Names;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.LogClient;
import dev.gantry.gateway.services.NetworkClient;
import dev.gantry.services.FaultPoints;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The routes of containers. */
public final class ContainerRoutes implements Routes {
  private static final String ONE = "/containers/{id}";

  /** The same where a container is called by a link's name, too, which has a slash in it. */
  private static final String LINKED = "/containers/{id...}";

  private final Fleet fleet;
  private final Forwarder forwarder;
  private final ContainerCreation creation;
  private final ContainerList list;
  private final ContainerInspection inspection;
  private final ContainerCommands commands;
  private final ContainerPruning pruning;
  private final ContainerStreams streams;

  public ContainerRoutes(
      Fleet fleet,
      Names names,
      Function<Caller, ImageClient> images,
      Function<Caller, NetworkClient> networks,
      LogClient logs,
      Forwarder forwarder,
      Tools tools) {
    RemovedContainers removed = new RemovedContainers(logs);
    this.fleet = fleet;
    this.forwarder = forwarder;
    this.creation =
        new ContainerCreation(
            fleet,
            names,
            images,
            new JoinedNetworks(fleet, networks),
            new PlacementChoice(fleet, new VolumeMap(fleet)),
            tools);
    this.list = new ContainerList(fleet, images, tools.clock);
    this.inspection = new ContainerInspection(fleet, removed);
    this.commands = new ContainerCommands(fleet, names);
    this.pruning = new ContainerPruning(fleet, commands, tools.prunes, tools.clock);
    this.streams = new ContainerStreams(fleet, logs, removed);
  }

  /** What is handed in: for the sake of tests, and what is decided by settings. */
  public record Tools(
      InstantSource clock,
      RandomGenerator random,
      FaultPoints faults,
      SocketPolicy sockets,
      PruneEvents prunes) {}

  @Override
  public List<Route> routes() {
    return List.of(
        read(
            "/containers/json", CONTAINER_READ, "container.list", Shape.CONTAINER_LIST, list::list),
        post("/containers/create", "container.create", creation::create),
        post("/containers/prune", "container.prune", pruning::prune),
        read(
            LINKED + "/json",
            CONTAINER_READ,
            "container.inspect",
            Shape.CONTAINER_INSPECT,
            inspection::inspect),
        read(ONE + "/top", CONTAINER_READ, "container.top", commands::top),
        read(ONE + "/stats", CONTAINER_READ, "container.stats", streams::stats),
        read(ONE + "/logs", LOGS_READ, "container.logs", streams::logs),
        post(ONE + "/attach", "container.attach", streams::attach),
        change(
            "GET",
            ONE + "/attach/ws",
            CONTAINER_WRITE,
            "container.attach",
            streams::attachWebSocket),
        read(ONE + "/wait", CONTAINER_READ, "container.wait", streams::await).withMethod("POST"),
        post(ONE + "/start", "container.start", commands::start),
        post(ONE + "/stop", "container.stop", commands::stop),
        post(ONE + "/restart", "container.restart", commands::restart),
        post(ONE + "/kill", "container.kill", commands::kill),
        post(ONE + "/pause", "container.pause", commands::pause),
        post(ONE + "/unpause", "container.unpause", commands::unpause),
        post(ONE + "/rename", "container.rename", commands::rename),
        post(ONE + "/resize", "container.resize", commands::resize),
        post(ONE + "/update", "container.update", this::forward),
        change("DELETE", LINKED, CONTAINER_WRITE, "container.remove", commands::remove),
        read(ONE + "/archive", CONTAINER_READ, "container.archive", this::forward),
        read(ONE + "/archive", CONTAINER_READ, "container.archive", this::forward)
            .withMethod("HEAD"),
        change("PUT", ONE + "/archive", CONTAINER_WRITE, "container.extract", this::forward)
            .streamed(),
        change("POST", "/commit", IMAGE_WRITE, "container.commit", commands::commit),
        read(ONE + "/export", CONTAINER_READ, "container.export", this::forward),
        read(ONE + "/changes", CONTAINER_READ, "container.changes", this::forward));
  }

  private static Route post(String path, String verb, Route.Handler handler) {
    return change("POST", path, CONTAINER_WRITE, verb, handler);
  }

  /** What the node answers just as the client is to see it. */
  private Answer forward(Call call) {
    ContainerView container = fleet.containers().resolve(call.caller().team(), call.path("id"));
    call.resolved(container.id().value());
    String pattern = call.route().pattern();
    String path = "/v1/containers/" + container.id() + pattern.substring(ONE.length());
    fleet.client(container, call.caller());
    NodeView node = fleet.nodes().get(container.snapshot().node()).orElseThrow();
    return forwarder.forward(call, node.peer(), path);
  }
}
