package dev.gantry.gateway.engine.platform;

import static dev.gantry.gateway.call.Permission.AUDIT_READ;
import static dev.gantry.gateway.call.Permission.FLEET_READ;
import static dev.gantry.gateway.call.Permission.IMAGE_READ;
import static dev.gantry.gateway.call.Permission.LOGS_READ;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.ContainerId;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Failures;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.LogClient;
import dev.gantry.gateway.services.Reply;
import dev.gantry.gateway.services.ServiceDirectory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The audit trail, the output that was kept, what tags named, and the nodes. */
public final class PlatformRoutes implements Routes {
  private static final String AUDIT = "audit-service";

  private final Fleet fleet;
  private final ServiceDirectory services;
  private final Exchanges exchanges;
  private final Forwarder forwarder;
  private final LogClient logs;

  public PlatformRoutes(
      Fleet fleet,
      ServiceDirectory services,
      Exchanges exchanges,
      Forwarder forwarder,
      LogClient logs) {
    this.fleet = fleet;
    this.services = services;
    this.exchanges = exchanges;
    this.forwarder = forwarder;
    this.logs = logs;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        read("/gantry/v1/audit", AUDIT_READ, "audit.query", this::audit),
        read("/gantry/v1/audit/verify", AUDIT_READ, "audit.verify", this::audit),
        read("/gantry/v1/audit/stream", AUDIT_READ, "audit.subscribe", this::subscribe),
        read("/gantry/v1/logs/{id}", LOGS_READ, "log.read", this::output),
        read("/gantry/v1/logs/{id}/lines", LOGS_READ, "log.search", this::lines),
        read("/gantry/v1/tags/history", IMAGE_READ, "image.history", this::tagHistory),
        read("/gantry/v1/nodes", FLEET_READ, "node.list", this::nodes),
        read("/gantry/v1/nodes/{name}/check", FLEET_READ, "node.check", this::check));
  }

  private Answer audit(Call call) {
    String path = call.route().pattern().replaceFirst("^/gantry", "");
    return forwarder.forward(call, services.peer(AUDIT), path);
  }

  /** Server-sent events, for as long as the client stays. */
  private Answer subscribe(Call call) {
    Ask ask =
        Ask.of("subscribe to the audit trail", "GET", "/v1/audit/stream" + call.query().passedOn())
            .within(Duration.ZERO);
    String last = call.http().getHeader("Last-Event-ID");
    if (last != null) {
      ask = ask.with("Last-Event-ID", last);
    }
    Reply reply =
        exchanges.send(
            services.peer(AUDIT),
            Exchanges.forCaller(ask.with("Accept", "text/event-stream"), call.caller()));
    return new Answer.Live("text/event-stream", new LogClient.Copy(reply));
  }

  private static ContainerId id(Call call) {
    try {
      return new ContainerId(call.path("id"));
    } catch (IllegalArgumentException e) {
      throw Failures.invalid(String.valueOf(e.getMessage()));
    }
  }

  private Answer output(Call call) {
    return logs.read(id(call), call.caller(), call.query());
  }

  private Answer lines(Call call) {
    return forwarder.forward(
        call, services.peer("log-service"), "/v1/containers/" + id(call) + "/lines");
  }

  /** What a tag named before, and who let it. */
  private Answer tagHistory(Call call) {
    return forwarder.forward(call, services.peer(ImageClient.SERVICE), "/v1/tags/history");
  }

  private Answer nodes(Call call) {
    return Answer.json(fleet.nodes().all().stream().map(PlatformRoutes::node).toList());
  }

  private static Map<String, Object> node(NodeView view) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("id", view.id().value());
    node.put("name", view.name());
    node.put("state", view.liveness().name().toLowerCase(java.util.Locale.ROOT));
    node.put("address", view.state().uri().toString());
    node.put("labels", view.state().labels());
    node.put("cpus", view.state().cpus());
    node.put("memory", view.state().memory());
    node.put("load", view.state().load());
    node.put("host", view.state().host());
    node.put("time", view.state().time().toString());
    return node;
  }

  private Answer check(Call call) {
    String name = call.path("name");
    NodeView node =
        fleet.nodes().named(name).orElseThrow(() -> Failures.notFound("no such node: " + name));
    return Answer.json(fleet.client(node, call.caller()).check());
  }
}
