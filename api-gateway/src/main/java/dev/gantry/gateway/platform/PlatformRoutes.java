package dev.gantry.gateway.platform;

import static dev.gantry.gateway.call.Permission.AUDIT_READ;
import static dev.gantry.gateway.call.Permission.FLEET_READ;
import static dev.gantry.gateway.call.Permission.LOGS_READ;

import dev.gantry.engine.ContainerId;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.LogClient;
import dev.gantry.gateway.services.Reply;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The routes of the platform's own interface. */
public final class PlatformRoutes implements Routes {
  private static final String PREFIX = "/gantry/v1";
  private static final String AUDIT = "audit-service";

  private final Fleet fleet;
  private final Forwarder forwarder;
  private final Exchanges exchanges;
  private final ServiceDirectory services;
  private final LogClient logs;

  public PlatformRoutes(
      Fleet fleet,
      Forwarder forwarder,
      Exchanges exchanges,
      ServiceDirectory services,
      LogClient logs) {
    this.fleet = fleet;
    this.forwarder = forwarder;
    this.exchanges = exchanges;
    this.services = services;
    this.logs = logs;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.read(PREFIX + "/nodes", FLEET_READ, "fleet.nodes", _ -> Answer.json(nodes())),
        Route.read(PREFIX + "/check", FLEET_READ, "fleet.check", _ -> Answer.json(check())),
        Route.read(PREFIX + "/audit", AUDIT_READ, "audit.query", call -> audit(call, "/v1/audit")),
        Route.read(
            PREFIX + "/audit/verify",
            AUDIT_READ,
            "audit.verify",
            call -> audit(call, "/v1/audit/verify")),
        Route.read(PREFIX + "/audit/stream", AUDIT_READ, "audit.stream", this::auditStream),
        Route.read(PREFIX + "/logs/{id}", LOGS_READ, "log.read", this::log));
  }

  private List<Map<String, Object>> nodes() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (NodeView node : fleet.nodes().all()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", node.id().value());
      one.put("name", node.name());
      one.put("liveness", node.liveness().name().toLowerCase(java.util.Locale.ROOT));
      one.put("state", node.state());
      all.add(one);
    }
    return all;
  }

  /**
   * Every difference between kernel and record on every node that answers; empty when all agree.
   */
  private Map<String, List<String>> check() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (NodeView node : fleet.nodes().all()) {
      all.put(
          node.name(),
          node.up() ? fleet.client(node, Fleet.PLATFORM).check() : List.of("the node is down"));
    }
    return all;
  }

  private Answer audit(Call call, String path) {
    return forwarder.forward(call, services.peer(AUDIT), path);
  }

  private Answer auditStream(Call call) {
    String query = call.http().getQueryString();
    Ask ask =
        Ask.of(
                "follow the audit trail",
                "GET",
                "/v1/audit/stream" + (query == null ? "" : "?" + query))
            .within(Duration.ofMinutes(5));
    String last = call.http().getHeader("Last-Event-ID");
    if (last != null) {
      ask = ask.with("Last-Event-ID", last.replaceAll("[^0-9A-Za-z:._-]", ""));
    }
    Reply reply = exchanges.send(services.peer(AUDIT), Exchanges.forCaller(ask, call.caller()));
    return new Answer.Live("text/event-stream", new LogClient.Copy(reply));
  }

  private Answer log(Call call) {
    try {
      return logs.read(
          new ContainerId(call.path("id")), call.caller(), call.http().getQueryString());
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "No such container: " + call.path("id"), e);
    }
  }
}
