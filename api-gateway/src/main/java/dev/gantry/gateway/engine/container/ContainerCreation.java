package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.engine.ContainerCreateRequest;
import dev.gantry.engine.ContainerCreated;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.Mount;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.NodeView;
import dev.gantry.gateway.identity.SocketPolicy;
import dev.gantry.gateway.names.ContainerName;
import dev.gantry.gateway.names.Names;
import dev.gantry.gateway.placement.Constraint;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.NodeClient;
import dev.gantry.gateway.version.CreateBodies;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.Created;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.ResolvedImage;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /containers/create}: image, node, name, node's answer. The row of the name is written
 * before the node is asked, so that whatever dies in between leaves something to be found; a node
 * that refuses gives the name back at once, one whose answer is lost is asked to undo it.
 */
final class ContainerCreation {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerCreation.class);

  private final Fleet fleet;
  private final Names names;
  private final Function<Caller, ImageClient> images;
  private final JoinedNetworks joined;
  private final PlacementChoice choice;
  private final RandomGenerator random;
  private final FaultPoints faults;
  private final SocketPolicy sockets;

  ContainerCreation(
      Fleet fleet,
      Names names,
      Function<Caller, ImageClient> images,
      JoinedNetworks joined,
      PlacementChoice choice,
      ContainerRoutes.Tools tools) {
    this.fleet = fleet;
    this.names = names;
    this.images = images;
    this.joined = joined;
    this.choice = choice;
    this.random = tools.random();
    this.faults = tools.faults();
    this.sockets = tools.sockets();
  }

  Answer create(Call call) throws IOException {
    Optional<String> name = call.query().text("name").map(ContainerName::parse);
    name.ifPresent(given -> call.about(given, null));
    ObjectNode sent =
        call.jsonObject()
            .orElseThrow(() -> invalid("config cannot be empty in order to create a container"));
    // From here on there is one spelling, so that what is looked at is what will be run.
    ObjectNode body = read(sent).toWire();
    CreateBodies.asOf(call.version(), body);
    BoundContainers bound = new BoundContainers(fleet, call.caller().team());
    ContainerCreateRequest request = read(bound.resolve(body));
    String image = request.config().image();
    if (image == null || image.isEmpty()) {
      throw invalid("no image specified");
    }
    ImageClient client = images.apply(call.caller());
    ResolvedImage resolved = client.resolve(image);
    platform(call).ifPresent(wanted -> wanted.require(image, resolved));
    Map<String, ResolvedImage> mounted = mountedImages(call, request, client);
    requireCommand(request, resolved);
    ContainerCreateRequest networked = joined.resolve(call, read(withoutConstraints(body)));
    List<ContainerView> beside = new ArrayList<>(bound.found());
    beside.addAll(joined.neighbours(call.caller(), networked));
    NodeView node = choice.choose(call.caller(), request, beside);
    try {
      return create(call, name, new Making(networked, resolved, mounted), node);
    } finally {
      choice.done(node);
    }
  }

  private static ContainerCreateRequest read(ObjectNode body) {
    try {
      return ContainerCreateRequest.fromWire(body);
    } catch (JacksonException e) {
      throw Call.malformed(e);
    }
  }

  /** Versions before 1.41 know no such word. */
  private static Optional<WantedPlatform> platform(Call call) {
    return call.version().isBefore(1, 41)
        ? Optional.empty()
        : call.query().text("platform").filter(text -> !text.isEmpty()).map(WantedPlatform::parse);
  }

  /** What a node needs to know, whatever its name will be. */
  private record Making(
      ContainerCreateRequest request, ResolvedImage image, Map<String, ResolvedImage> mounted) {}

  /** The images that mounts name, as they are now. */
  private static Map<String, ResolvedImage> mountedImages(
      Call call, ContainerCreateRequest request, ImageClient images) {
    HostConfig host = request.hostConfig();
    Map<String, ResolvedImage> mounted = new HashMap<>();
    for (Mount mount : host == null || host.mounts() == null ? List.<Mount>of() : host.mounts()) {
      String source = mount.source();
      if (!"image".equals(mount.type())) {
        continue;
      }
      if (call.version().isBefore(1, 48)) {
        throw invalid("Mount type \"Image\" needs API v1.48 or newer");
      }
      if (source != null && !source.isEmpty() && !mounted.containsKey(source)) {
        mounted.put(source, images.resolve(source));
      }
    }
    return mounted;
  }

  private Answer create(Call call, Optional<String> name, Making making, NodeView node) {
    ContainerId id = ContainerId.random(random);
    call.resolved(id.value());
    try (Names.Hold hold = names.hold(id, call.caller(), name, node.id())) {
      call.about(hold.name(), id.value());
      faults.pass("create.beforeNode");
      NodeClient client = fleet.client(node, call.caller());
      Created created;
      try {
        created =
            client.create(
                new CreateContainer(
                    id,
                    hold.name(),
                    call.caller().team(),
                    making.image(),
                    making.mounted(),
                    making.request(),
                    CreateBodies.readOnlyAtTop(call.version()),
                    sockets.of(call.caller().team())));
      } catch (ServiceException e) {
        if (uncertain(e) && !undone(client, id)) {
          hold.keep();
        }
        throw e;
      }
      faults.pass("create.afterNode");
      hold.keep();
      ContainerView view = fleet.containers().apply(created.snapshot());
      LOG.debug("container {} is on {}", view.name(), node.name());
      return Answer.json(201, new ContainerCreated(id.value(), created.warnings()));
    }
  }

  /** Whether the node may have done it although it did not say so. */
  private static boolean uncertain(ServiceException e) {
    return e.code() == ErrorCode.UNAVAILABLE
        || e.code() == ErrorCode.TIMEOUT
        || e.code() == ErrorCode.INTERNAL;
  }

  private static boolean undone(NodeClient client, ContainerId id) {
    try {
      client.remove(id, true, true);
      return true;
    } catch (ServiceException e) {
      return e.code() == ErrorCode.NOT_FOUND;
    }
  }

  private static void requireCommand(ContainerCreateRequest request, ResolvedImage image) {
    boolean has =
        any(request.config().cmd())
            || any(request.config().entrypoint())
            || any(image.config().cmd())
            || any(image.config().entrypoint());
    if (!has) {
      throw invalid("no command specified");
    }
  }

  private static boolean any(@org.jspecify.annotations.Nullable List<String> words) {
    return words != null && !words.isEmpty();
  }

  /** The same request without what was meant for placement and not for the container. */
  private static ObjectNode withoutConstraints(ObjectNode body) {
    if (body.get("Env") instanceof ArrayNode env) {
      List<JsonNode> kept = new ArrayList<>();
      for (JsonNode entry : env) {
        if (!entry.isString() || Constraint.ofEnvironment(entry.asString()).isEmpty()) {
          kept.add(entry);
        }
      }
      ArrayNode filtered = EngineJson.MAPPER.createArrayNode();
      kept.forEach(filtered::add);
      body.set("Env", filtered);
    }
    return body;
  }
}
