package dev.gantry.node.lifecycle;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.network.LeasedAddress;
import dev.gantry.node.network.Sandbox;
import dev.gantry.node.network.SandboxRequest;
import dev.gantry.node.network.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The container's network namespace, its endpoint and its published ports. */
final class NetworkHook implements Hook {
  private final Sandboxes sandboxes;
  private final InstantSource clock;

  NetworkHook(Sandboxes sandboxes, InstantSource clock) {
    this.sandboxes = sandboxes;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "network";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    if (Donors.isJoin(record.spec().host().networkMode())) {
      // All of it is the other container's.
      assembly.network(null, new Attachment("", "", Map.of(), Map.of()));
      return;
    }
    Sandbox sandbox = sandboxes.create(request(record));
    Attachment attachment = attachment(record, sandbox);
    assembly.network(sandbox.namespace(), attachment);
    assembly
        .facts()
        .addAll(Endpoints.facts(record, attachment, "connect", Context.nanos(clock.instant())));
  }

  private static SandboxRequest request(ContainerRecord record) {
    HostConfig host = record.spec().host();
    var exposed = record.spec().config().exposedPorts();
    return new SandboxRequest(
        record.id(),
        record.identity().name(),
        record.team(),
        String.valueOf(host.networkMode()),
        host.portBindings() == null ? Map.of() : host.portBindings(),
        exposed == null ? List.of() : List.copyOf(exposed.keySet()),
        Boolean.TRUE.equals(host.publishAllPorts()),
        mac(record));
  }

  /** As asked for on the network, or, by older clients, for the container. */
  private static @Nullable String mac(ContainerRecord record) {
    var networking = record.spec().networking();
    var all = networking == null ? null : networking.endpointsConfig();
    EndpointSettings named = all == null ? null : all.get(record.spec().host().networkMode());
    // Clients that leave the mode to the engine call its network so.
    EndpointSettings asked = named == null && all != null ? all.get("default") : named;
    String mac =
        asked == null || asked.macAddress() == null || asked.macAddress().isEmpty()
            ? record.spec().config().macAddress()
            : asked.macAddress();
    return mac == null || mac.isEmpty() ? null : mac.toLowerCase(Locale.ROOT);
  }

  private static Attachment attachment(ContainerRecord record, Sandbox sandbox) {
    String mode = String.valueOf(record.spec().host().networkMode());
    Sandbox.Endpoint endpoint = sandbox.endpoint();
    String key = sandbox.namespace() == null ? "" : sandbox.namespace().toString();
    return new Attachment(
        record.id().value(), key, Map.of(mode, settings(record, mode, endpoint)), sandbox.ports());
  }

  private static EndpointSettings settings(
      ContainerRecord record, String mode, Sandbox.@Nullable Endpoint endpoint) {
    var networking = record.spec().networking();
    var asked =
        networking == null || networking.endpointsConfig() == null
            ? null
            : networking.endpointsConfig().get(mode);
    LeasedAddress address = endpoint == null ? null : endpoint.address();
    return new EndpointSettings(
        asked == null ? null : asked.ipamConfig(),
        asked == null ? null : asked.links(),
        endpoint == null ? "" : endpoint.mac(),
        asked == null ? null : asked.aliases(),
        null,
        0,
        address == null ? mode : address.networkId(),
        endpoint == null ? "" : endpoint.endpointId(),
        address == null ? "" : address.gateway(),
        address == null ? "" : address.address(),
        address == null ? 0 : address.prefixLength(),
        "",
        "",
        0,
        null);
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    sandboxes.release(record.id(), sandbox(record).map(Sandbox::endpoint).orElse(null));
  }

  /** What a container has of the network, as its record remembers it. */
  static Optional<Sandbox> sandbox(ContainerRecord record) {
    Attachment attachment = record.run().attachment();
    if (attachment == null) {
      return Optional.empty();
    }
    Sandbox.Endpoint endpoint = null;
    for (var network : attachment.networks().entrySet()) {
      EndpointSettings settings = network.getValue();
      String address = settings.ipAddress();
      if (address != null && !address.isEmpty()) {
        endpoint =
            new Sandbox.Endpoint(
                String.valueOf(settings.endpointId()),
                new LeasedAddress(
                    String.valueOf(settings.networkId()),
                    network.getKey(),
                    address,
                    settings.ipPrefixLen() == null ? 0 : settings.ipPrefixLen(),
                    String.valueOf(settings.gateway())),
                String.valueOf(settings.macAddress()));
      }
    }
    Path namespace = attachment.sandboxKey().isEmpty() ? null : Path.of(attachment.sandboxKey());
    return Optional.of(new Sandbox(namespace, endpoint, attachment.ports()));
  }
}
