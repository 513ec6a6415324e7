package dev.gantry.gateway.engine.exec;

import static dev.gantry.gateway.call.Permission.CONTAINER_EXEC;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.NodeClient;
import dev.gantry.gateway.services.Tunnel;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.List;

/** The routes of execs; an exec's id names its node, so that any gateway finds it. */
public final class ExecRoutes implements Routes {
  private final Fleet fleet;

  public ExecRoutes(Fleet fleet) {
    this.fleet = fleet;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.change("POST", "/containers/{id}/exec", CONTAINER_EXEC, "exec.create", this::create),
        Route.change("POST", "/exec/{id}/start", CONTAINER_EXEC, "exec.start", this::start),
        Route.change("POST", "/exec/{id}/resize", CONTAINER_EXEC, "exec.resize", this::resize),
        Route.read("/exec/{id}/json", CONTAINER_EXEC, "exec.inspect", this::inspect));
  }

  private Answer create(Call call) throws IOException {
    ExecCreateRequest request =
        call.json(ExecCreateRequest.class)
            .orElseThrow(
                () -> new ServiceException(ErrorCode.INVALID, "No exec command specified"));
    ContainerView container = fleet.containers().resolve(call.caller().team(), call.path("id"));
    call.resolved(container.id().value());
    return Answer.json(
        201, fleet.ask(container, call.caller(), node -> node.createExec(container.id(), request)));
  }

  private Answer start(Call call) throws IOException {
    ExecId id = id(call);
    ExecStartRequest request =
        call.json(ExecStartRequest.class).orElse(new ExecStartRequest(null, null, null));
    NodeClient node = node(id, call);
    if (Boolean.TRUE.equals(request.detach())) {
      node.startDetached(id, request);
      return Answer.empty(200);
    }
    Tunnel tunnel = node.startAttached(id, request);
    return new Answer.Hijack(tunnel.contentType(), tunnel);
  }

  private Answer resize(Call call) {
    ExecId id = id(call);
    node(id, call).resizeExec(id, size(call, "h"), size(call, "w"));
    return Answer.empty(200);
  }

  private static int size(Call call, String name) {
    return call.query()
        .number(name)
        .orElseThrow(
            () -> new ServiceException(ErrorCode.INVALID, "invalid size: " + name + " is missing"));
  }

  private Answer inspect(Call call) {
    ExecId id = id(call);
    return Answer.json(node(id, call).inspectExec(id));
  }

  private NodeClient node(ExecId id, Call call) {
    return fleet.client(id.node(), call.caller(), "exec instance: " + id);
  }

  private static ExecId id(Call call) {
    try {
      return new ExecId(call.path("id"));
    } catch (IllegalArgumentException e) {
      throw new ServiceException(
          ErrorCode.NOT_FOUND, "No such exec instance: " + call.path("id"), e);
    }
  }
}
