package dev.gantry.gateway.services;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Network;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.engine.NetworkCreated;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Failures;
import dev.gantry.services.NetworkRemoved;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** network-service, asked for one caller. */
public final class NetworkClient {
  private static final String SERVICE = "network-service";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

  private final Exchanges exchanges;
  private final ServiceDirectory services;
  private final Caller caller;

  public NetworkClient(Exchanges exchanges, ServiceDirectory services, Caller caller) {
    this.exchanges = exchanges;
    this.services = services;
    this.caller = caller;
  }

  /** All of the caller's networks, by name. */
  public List<Network> list() {
    return List.of(ask("list networks", "GET", "/v1/networks", Network[].class));
  }

  /** By id, by name, or by the beginning of an id. */
  public Network network(String idOrName) {
    return ask("inspect network " + idOrName, "GET", path(idOrName), Network.class);
  }

  public NetworkCreated create(NetworkCreateRequest request) {
    Ask ask =
        Ask.of("create a network", "POST", "/v1/networks")
            .body("application/json", EngineJson.MAPPER.writeValueAsBytes(request));
    return send(ask, NetworkCreated.class);
  }

  public NetworkRemoved remove(String id) {
    return ask("remove network " + id, "DELETE", path(id), NetworkRemoved.class);
  }

  private static String path(String idOrName) {
    if (!NAME.matcher(idOrName).matches()) {
      throw Failures.notFound("network " + idOrName + " not found");
    }
    return "/v1/networks/" + idOrName;
  }

  private <T> T ask(String what, String method, String path, Class<T> answer) {
    return send(Ask.of(what, method, path), answer);
  }

  private <T> T send(Ask ask, Class<T> answer) {
    return exchanges.json(
        services.peer(SERVICE), Exchanges.forCaller(ask.within(PATIENCE), caller), answer);
  }
}
