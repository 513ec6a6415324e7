package dev.gantry.gateway.engine.platform;

import static dev.gantry.gateway.call.Permission.OPERATE;
import static dev.gantry.gateway.call.Permission.REGISTRY_READ;
import static dev.gantry.gateway.call.Permission.REGISTRY_WRITE;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Failures;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.ServiceDirectory;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What teams have in the image store and rule for their tags, and how much the operator lets them
 * have. image-service owns it; who may is decided here.
 */
public final class RuleRoutes implements Routes {
  private final Exchanges exchanges;
  private final ServiceDirectory services;

  public RuleRoutes(Exchanges exchanges, ServiceDirectory services) {
    this.exchanges = exchanges;
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    String base = "/gantry/v1/registry";
    String quota = base + "/quotas/{team}";
    return List.of(
        read(base + "/usage", REGISTRY_READ, "usage.read", call -> ask(call, "/v1/usage")),
        read(base + "/rules", REGISTRY_READ, "rule.list", call -> ask(call, "/v1/rules")),
        change("PUT", base + "/rules", REGISTRY_WRITE, "rule.set", call -> tell(call, "/v1/rules")),
        read(
                base + "/retention/preview",
                REGISTRY_READ,
                "retention.preview",
                call -> tell(call, "/v1/retention/preview"))
            .withMethod("POST"),
        read(base + "/quotas", OPERATE, "quota.list", call -> ask(call, "/v1/quotas")),
        change("PUT", base + "/quotas", OPERATE, "quota.set", call -> tell(call, "/v1/quotas")),
        change("PUT", quota, OPERATE, "quota.set", call -> tell(call, ofTeam(call))),
        change("DELETE", quota, OPERATE, "quota.unset", call -> ask(call, ofTeam(call))));
  }

  private static String ofTeam(Call call) {
    String team = call.path("team");
    try {
      call.about(team, null);
      return "/v1/quotas/" + new TeamId(team);
    } catch (IllegalArgumentException e) {
      throw Failures.invalid(String.valueOf(e.getMessage()));
    }
  }

  private Answer ask(Call call, String path) {
    return send(call, Ask.of(what(call), call.http().getMethod(), path));
  }

  /** Passes the body on. */
  private Answer tell(Call call, String path) throws IOException {
    JsonNode body =
        call.jsonObject().orElseThrow(() -> Failures.invalid("the body has to be a JSON object"));
    return send(
        call,
        Ask.of(what(call), call.http().getMethod(), path)
            .body("application/json", EngineJson.MAPPER.writeValueAsBytes(body)));
  }

  private Answer send(Call call, Ask ask) {
    return Answer.json(
        exchanges.json(
            services.peer(ImageClient.SERVICE),
            Exchanges.forCaller(ask, call.caller()),
            JsonNode.class));
  }

  private static String what(Call call) {
    return call.route().verb().replace('.', ' ');
  }
}
