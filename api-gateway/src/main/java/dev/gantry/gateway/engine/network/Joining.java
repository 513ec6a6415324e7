package dev.gantry.gateway.engine.network;

import static dev.gantry.gateway.call.Failures.invalid;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.Network;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Endpoints;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.NetworkClient;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.JoinNetwork;
import dev.gantry.services.ServiceException;
import dev.gantry.services.Transition;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Containers that join and leave networks. */
final class Joining {
  private final Fleet fleet;
  private final Function<Caller, NetworkClient> networks;

  Joining(Fleet fleet, Function<Caller, NetworkClient> networks) {
    this.fleet = fleet;
    this.networks = networks;
  }

  /** Engine API 1.51, {@code NetworkConnectRequest} and {@code NetworkDisconnectRequest}. */
  record Request(
      @JsonProperty("Container") @Nullable String container,
      @JsonProperty("EndpointConfig") @Nullable EndpointSettings endpoint,
      @JsonProperty("Force") @Nullable Boolean force) {}

  Answer connect(Call call) throws IOException {
    Request request = request(call);
    ContainerView container = container(call, request);
    Network network = networks.apply(call.caller()).network(call.path("id"));
    String id = String.valueOf(network.id());
    call.resolved(id);
    String name = String.valueOf(network.name());
    if (name.equals("host")) {
      throw invalid(
          "container cannot be disconnected from host network or connected to host network");
    }
    if (!name.equals("bridge")) {
      requireSameNode(call, container, id, name);
    }
    EndpointSettings asked =
        request.endpoint() == null ? EndpointSettings.none() : request.endpoint();
    JoinNetwork join = new JoinNetwork(name, asked.asked(id));
    Transition unused =
        fleet.change(container, call.caller(), node -> node.connect(container.id(), join));
    return Answer.empty(200);
  }

  /** Until networks span nodes. */
  private void requireSameNode(Call call, ContainerView container, String id, String name) {
    new Endpoints(fleet)
        .on(call.caller().team(), id)
        .map(Endpoints.Endpoint::container)
        .filter(other -> !other.snapshot().node().equals(container.snapshot().node()))
        .findFirst()
        .ifPresent(
            other -> {
              throw new ServiceException(
                  ErrorCode.INVALID,
                  "cannot connect container %s, which is on %s, to network %s, whose containers are"
                          .formatted(container.name(), container.snapshot().nodeName(), name)
                      + " on "
                      + other.snapshot().nodeName());
            });
  }

  /** From a network that is removed, too. */
  Answer disconnect(Call call) throws IOException {
    Request request = request(call);
    ContainerView container = container(call, request);
    String network = id(call, container);
    call.resolved(network);
    Transition unused =
        fleet.change(container, call.caller(), node -> node.disconnect(container.id(), network));
    return Answer.empty(200);
  }

  private String id(Call call, ContainerView container) {
    String given = call.path("id");
    try {
      return String.valueOf(networks.apply(call.caller()).network(given).name());
    } catch (ServiceException e) {
      boolean joined =
          new Endpoints(fleet)
              .of(call.caller().team())
              .anyMatch(one -> one.container() == container && one.network().equals(given));
      if (e.code() != ErrorCode.NOT_FOUND || !joined) {
        throw e;
      }
      return given;
    }
  }

  private static Request request(Call call) throws IOException {
    return call.json(Request.class).orElseThrow(() -> invalid("EOF"));
  }

  private ContainerView container(Call call, Request request) {
    String reference = request.container();
    if (reference == null || reference.isEmpty()) {
      throw invalid("invalid name or ID supplied: \"\"");
    }
    return fleet.containers().resolve(call.caller().team(), reference);
  }
}
