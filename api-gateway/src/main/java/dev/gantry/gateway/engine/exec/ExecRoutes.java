package dev.gantry.gateway.engine.exec;

import static dev.gantry.gateway.call.Failures.invalid;
import static dev.gantry.gateway.call.Permission.CONTAINER_EXEC;
import static dev.gantry.gateway.call.Permission.CONTAINER_READ;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Failures;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.NodeClient;
import dev.gantry.gateway.services.Tunnel;
import java.io.IOException;
import java.util.List;

/** The routes of execs; an exec's id says which node has it. */
public final class ExecRoutes implements Routes {
  private final Fleet fleet;

  public ExecRoutes(Fleet fleet) {
    this.fleet = fleet;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        change("POST", "/containers/{id}/exec", CONTAINER_EXEC, "exec.create", this::create),
        change("POST", "/exec/{id}/start", CONTAINER_EXEC, "exec.start", this::start),
        change("POST", "/exec/{id}/resize", CONTAINER_EXEC, "exec.resize", this::resize),
        read("/exec/{id}/json", CONTAINER_READ, "exec.inspect", this::inspect));
  }

  private Answer create(Call call) throws IOException {
    ExecCreateRequest request =
        call.json(ExecCreateRequest.class).orElseThrow(() -> invalid("No exec command specified"));
    if (request.cmd() == null || request.cmd().isEmpty()) {
      throw invalid("No exec command specified");
    }
    ExecCreateRequest asked = hasSize(call) ? request : request.withoutSize();
    ContainerView container = fleet.containers().resolve(call.caller().team(), call.path("id"));
    call.about(container.name(), container.id().value());
    return Answer.json(
        201, fleet.ask(container, call.caller(), node -> node.createExec(container.id(), asked)));
  }

  private static ExecId id(Call call) {
    try {
      return new ExecId(call.path("id"));
    } catch (IllegalArgumentException _) {
      throw Failures.notFound("No such exec instance: " + call.path("id"));
    }
  }

  private NodeClient node(Call call, ExecId id) {
    return fleet.client(id.node(), call.caller(), "exec instance: " + id);
  }

  /** Older clients set the size of a terminal when they have it. */
  private static boolean hasSize(Call call) {
    return !call.version().isBefore(1, 42);
  }

  private Answer start(Call call) throws IOException {
    ExecStartRequest sent =
        call.json(ExecStartRequest.class).orElse(new ExecStartRequest(false, false, null));
    ExecStartRequest request = hasSize(call) ? sent : sent.withoutSize();
    ExecId id = id(call);
    NodeClient node = node(call, id);
    if (Boolean.TRUE.equals(request.detach())) {
      node.startDetached(id, request);
      return Answer.empty(200);
    }
    Tunnel tunnel = node.startAttached(id, request);
    return new Answer.Hijack(tunnel.contentType(), tunnel);
  }

  private Answer resize(Call call) {
    ExecId id = id(call);
    int height = call.query().number("h").orElse(0);
    int width = call.query().number("w").orElse(0);
    node(call, id).resizeExec(id, height, width);
    return Answer.empty(200);
  }

  private Answer inspect(Call call) {
    ExecId id = id(call);
    return Answer.json(node(call, id).inspectExec(id));
  }
}
