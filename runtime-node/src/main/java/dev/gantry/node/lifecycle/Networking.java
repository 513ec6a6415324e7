package dev.gantry.node.lifecycle;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.node.bundle.EtcFiles;
import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.EndpointPlan;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.State;
import dev.gantry.node.dns.Resolvers;
import dev.gantry.node.network.Sandbox;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.JoinNetwork;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code docker network connect} and {@code disconnect}. What runs joins before its record says so
 * and leaves after it: a link that no record knows is taken away when the node starts.
 */
final class Networking {
  private final Context context;
  private final Sandboxes sandboxes;

  Networking(Context context, Sandboxes sandboxes) {
    this.context = context;
    this.sandboxes = sandboxes;
  }

  void connect(ContainerCell cell, JoinNetwork wanted) {
    boolean unused =
        cell.exclusively(
            () -> {
              ContainerRecord before = requireChangeable(cell);
              String network = wanted.name();
              if (EndpointPlan.of(before).containsKey(network)) {
                throw new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "endpoint with name %s already exists in network %s"
                        .formatted(before.identity().name(), network));
              }
              ContainerRecord joining = before.joining(network, wanted.endpoint());
              if (before.state().life() == null) {
                cell.write(joining);
              } else {
                join(cell, joining, network, wanted.endpoint());
              }
              return true;
            });
  }

  private void join(
      ContainerCell cell, ContainerRecord joining, String network, EndpointSettings asked)
      throws IOException {
    Sandbox sandbox = requireSandbox(joining);
    Sandbox joined =
        sandboxes.join(
            Endpoints.request(joining), sandbox, Endpoints.request(joining, network, asked));
    context.faults().pass("connect.beforeRecord");
    write(cell, joining, joined, network, asked, "connect");
    Sandbox.Endpoint endpoint = joined.endpoints().get(network);
    if (endpoint != null) {
      etc(joining).joined(hostname(joining), endpoint.address().address());
      if (EndpointPlan.hasNames(joining)) {
        etc(joining).askResponder(joining.spec().host(), Resolvers.ADDRESS);
      }
    }
  }

  void disconnect(ContainerCell cell, String nameOrId) {
    boolean unused =
        cell.exclusively(
            () -> {
              ContainerRecord before = requireChangeable(cell);
              String network = joined(before, nameOrId);
              ContainerRecord leaving = before.leaving(network);
              Optional<Sandbox> sandbox =
                  before.state().life() == null ? Optional.empty() : Endpoints.sandbox(before);
              if (sandbox.isEmpty()) {
                cell.write(leaving);
              } else {
                leave(cell, leaving, sandbox.get(), network);
              }
              return true;
            });
  }

  private void leave(ContainerCell cell, ContainerRecord leaving, Sandbox sandbox, String network)
      throws IOException {
    Sandbox.Endpoint gone = sandbox.endpoints().get(network);
    Attachment before = cell.record().run().attachment();
    Map<String, Sandbox.Endpoint> rest = new LinkedHashMap<>(sandbox.endpoints());
    rest.remove(network);
    write(
        cell,
        leaving,
        new Sandbox(sandbox.namespace(), rest, sandbox.ports()),
        network,
        before == null ? null : before.networks().get(network),
        "disconnect");
    context.faults().pass("disconnect.afterRecord");
    Sandbox unused = sandboxes.leave(Endpoints.request(leaving), sandbox, network);
    if (gone != null) {
      etc(leaving).left(gone.address().address());
    }
  }

  /**
   * @param told the endpoint that is come to or left
   */
  private void write(
      ContainerCell cell,
      ContainerRecord next,
      Sandbox sandbox,
      String network,
      @Nullable EndpointSettings told,
      String action)
      throws IOException {
    long now = Context.nanos(context.clock().instant());
    List<Fact> facts =
        told == null ? List.of() : List.of(Endpoints.fact(next, network, told, action, now));
    ContainerRecord unused = cell.write(next.attached(Endpoints.attachment(next, sandbox), facts));
  }

  /** The others find it by its new name from now on. */
  void renamed(ContainerRecord record) {
    Endpoints.sandbox(record)
        .ifPresent(sandbox -> sandboxes.name(Endpoints.request(record), sandbox.endpoints()));
  }

  private static ContainerRecord requireChangeable(ContainerCell cell) {
    ContainerRecord record = cell.record();
    if (record.state() instanceof State.Removing || record.state() instanceof State.Dead) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "container "
              + cell.id()
              + " is marked for removal and cannot be connected or"
              + " disconnected");
    }
    String mode = String.valueOf(record.spec().host().networkMode());
    if (Donors.isJoin(mode)) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "container sharing network namespace with another container or host cannot be connected"
              + " to any other network");
    }
    if (mode.equals("host")) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "container cannot be disconnected from host network or connected to host network");
    }
    return record;
  }

  /** The name of an endpoint that the container has. */
  private static String joined(ContainerRecord record, String nameOrId) {
    Map<String, EndpointSettings> endpoints = EndpointPlan.of(record);
    Attachment attachment = record.run().attachment();
    Map<String, EndpointSettings> now = attachment == null ? endpoints : attachment.networks();
    return endpoints.keySet().stream()
        .filter(
            name -> {
              EndpointSettings settings = now.get(name);
              return name.equals(nameOrId)
                  || settings != null && nameOrId.equals(settings.networkId());
            })
        .findFirst()
        .orElseThrow(
            () ->
                new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "container %s is not connected to network %s"
                        .formatted(record.id(), nameOrId)));
  }

  private static Sandbox requireSandbox(ContainerRecord record) {
    return Endpoints.sandbox(record)
        .orElseThrow(() -> new IllegalStateException("no sandbox of running " + record.id()));
  }

  private EtcFiles etc(ContainerRecord record) {
    return EtcFiles.in(context.files().run(record.id()));
  }

  private static String hostname(ContainerRecord record) {
    return String.valueOf(record.spec().config().hostname());
  }
}
