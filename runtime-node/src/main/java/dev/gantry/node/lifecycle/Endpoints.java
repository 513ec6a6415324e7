package dev.gantry.node.lifecycle;

import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.EndpointPlan;
import dev.gantry.node.container.Fact;
import dev.gantry.node.network.EndpointRequest;
import dev.gantry.node.network.LeasedAddress;
import dev.gantry.node.network.Sandbox;
import dev.gantry.node.network.SandboxRequest;
import dev.gantry.node.volume.MountEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's endpoints: as the network wants them, as its record remembers them, and what is
 * told when it comes to them and leaves them.
 */
final class Endpoints {
  private Endpoints() {}

  /** What the container wants of the network. */
  static SandboxRequest request(ContainerRecord record) {
    HostConfig host = record.spec().host();
    List<EndpointRequest> endpoints = new ArrayList<>();
    EndpointPlan.of(record)
        .forEach(
            (network, asked) -> {
              if (!network.equals("none") && !network.equals("host")) {
                endpoints.add(request(record, network, asked));
              }
            });
    var exposed = record.spec().config().exposedPorts();
    return new SandboxRequest(
        record.id(),
        record.team(),
        endpoints,
        new SandboxRequest.Publishing(
            record.identity().name(),
            host.portBindings() == null ? Map.of() : host.portBindings(),
            exposed == null ? List.of() : List.copyOf(exposed.keySet()),
            Boolean.TRUE.equals(host.publishAllPorts())),
        host.dns() == null ? List.of() : host.dns());
  }

  /** What the container wants of one network. */
  static EndpointRequest request(ContainerRecord record, String network, EndpointSettings asked) {
    Map<String, String> links = new HashMap<>();
    for (String link : asked.links() == null ? List.<String>of() : asked.links()) {
      String[] pair = link.split(":", 2);
      links.put(pair[pair.length - 1].toLowerCase(Locale.ROOT), pair[0].toLowerCase(Locale.ROOT));
    }
    String id = asked.networkId();
    String address = asked.ipamConfig() == null ? null : asked.ipamConfig().iPv4Address();
    return new EndpointRequest(
        network,
        network.equals("bridge") || id == null || id.isEmpty() ? null : id,
        address == null || address.isEmpty() ? null : address,
        mac(record, network, asked),
        asked.gwPriority() == null ? 0 : asked.gwPriority(),
        EndpointPlan.names(record, asked),
        links);
  }

  /** As asked for on the network, or, by older clients, for the container. */
  private static @Nullable String mac(
      ContainerRecord record, String network, EndpointSettings asked) {
    boolean main =
        network.equals(record.spec().host().networkMode()) || EndpointPlan.of(record).size() == 1;
    String mac =
        main && (asked.macAddress() == null || asked.macAddress().isEmpty())
            ? record.spec().config().macAddress()
            : asked.macAddress();
    return mac == null || mac.isEmpty() ? null : mac.toLowerCase(Locale.ROOT);
  }

  /** What the container has, for its record. */
  static Attachment attachment(ContainerRecord record, Sandbox sandbox) {
    String key = sandbox.namespace() == null ? "" : sandbox.namespace().toString();
    Map<String, EndpointSettings> networks = new LinkedHashMap<>();
    EndpointPlan.of(record)
        .forEach(
            (network, asked) -> {
              Sandbox.Endpoint endpoint = sandbox.endpoints().get(network);
              networks.put(
                  network,
                  endpoint == null
                      ? asked.idle(network)
                      : settings(record, network, asked, endpoint));
            });
    return new Attachment(record.id().value(), key, networks, sandbox.ports());
  }

  private static EndpointSettings settings(
      ContainerRecord record, String network, EndpointSettings asked, Sandbox.Endpoint endpoint) {
    LeasedAddress address = endpoint.address();
    return new EndpointSettings(
        asked.ipamConfig(),
        asked.links(),
        endpoint.mac(),
        asked.aliases(),
        null,
        endpoint.gatewayPriority(),
        address.networkId(),
        endpoint.endpointId(),
        address.gateway(),
        address.address(),
        address.prefixLength(),
        "",
        "",
        0,
        network.equals("bridge") ? null : EndpointPlan.names(record, asked));
  }

  /** What a container has of the network, as its record remembers it. */
  static Optional<Sandbox> sandbox(ContainerRecord record) {
    Attachment attachment = record.run().attachment();
    if (attachment == null) {
      return Optional.empty();
    }
    Map<String, Sandbox.Endpoint> endpoints = new LinkedHashMap<>();
    attachment
        .networks()
        .forEach(
            (network, settings) -> {
              String address = settings.ipAddress();
              if (address != null && !address.isEmpty()) {
                endpoints.put(network, endpoint(network, settings, address));
              }
            });
    Path namespace = attachment.sandboxKey().isEmpty() ? null : Path.of(attachment.sandboxKey());
    return Optional.of(new Sandbox(namespace, endpoints, attachment.ports()));
  }

  private static Sandbox.Endpoint endpoint(
      String network, EndpointSettings settings, String address) {
    return new Sandbox.Endpoint(
        String.valueOf(settings.endpointId()),
        new LeasedAddress(
            String.valueOf(settings.networkId()),
            network,
            address,
            settings.ipPrefixLen() == null ? 0 : settings.ipPrefixLen(),
            settings.gateway() == null ? "" : settings.gateway()),
        String.valueOf(settings.macAddress()),
        settings.gwPriority() == null ? 0 : settings.gwPriority());
  }

  static List<Fact> facts(ContainerRecord record, String action, long timeNano) {
    Attachment attachment = record.run().attachment();
    return attachment == null ? List.of() : facts(record, attachment, action, timeNano);
  }

  static List<Fact> facts(
      ContainerRecord record, Attachment attachment, String action, long timeNano) {
    List<Fact> facts = new ArrayList<>();
    attachment
        .networks()
        .forEach((name, endpoint) -> facts.add(fact(record, name, endpoint, action, timeNano)));
    return facts;
  }

  static Fact fact(
      ContainerRecord record,
      String network,
      EndpointSettings endpoint,
      String action,
      long timeNano) {
    return new Fact(
        "network",
        String.valueOf(endpoint.networkId()),
        action,
        Map.of(
            "container",
            record.id().value(),
            "name",
            network,
            "type",
            switch (network) {
              case "host" -> "host";
              case "none" -> "null";
              default -> "bridge";
            }),
        timeNano);
  }

  static List<Fact> volumeFacts(ContainerRecord record, String action, long timeNano) {
    List<Fact> facts = new ArrayList<>();
    for (MountEntry mount : record.spec().mounts()) {
      if (mount.kind() == MountEntry.Kind.VOLUME) {
        Map<String, String> attributes =
            action.equals("mount")
                ? Map.of(
                    "container",
                    record.id().value(),
                    "destination",
                    mount.destination(),
                    "driver",
                    "local",
                    "propagation",
                    "",
                    "read/write",
                    Boolean.toString(!mount.readOnly()))
                : Map.of("container", record.id().value(), "driver", "local");
        facts.add(new Fact("volume", String.valueOf(mount.volume()), action, attributes, timeNano));
      }
    }
    return facts;
  }
}
